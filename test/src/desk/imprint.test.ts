/** Imprints: written by the desk into its pictures, and read from any file that people send. */
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import type { Command, Figure } from '../../../commands/lib/command.ts';
import { MAX_TEXT_BYTES, readPngText } from '../../../src/base/read-png-text.ts';
import { withPngText } from '../../../src/base/write-png-text.ts';
import { formOfPicture, readPictureText } from '../../../src/desk/imprint/read.ts';
import { showPicture } from '../../../src/operator/show.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';

const USER = { id: 'discord:80351110224678912', name: 'Ann Student', staff: true };
const PNG = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
	.png()
	.toBuffer();

function chunk(type: string, data: Uint8Array): Buffer {
	const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
	whole.writeUInt32BE(data.length);
	whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
	return whole;
}

/** A PNG with these chunks after its first one. */
const withChunks = (...chunks: Buffer[]) => Buffer.concat([PNG.subarray(0, 33), ...chunks, PNG.subarray(33)]);

const compressed = (type: 'zTXt' | 'iTXt', keyword: string, text: string | Buffer) =>
	chunk(type, Buffer.concat([Buffer.from(`${keyword}\0${type === 'zTXt' ? '\0' : '\x01\0\0\0'}`), deflateSync(text)]));

describe('text in a PNG', () => {
	test('is read as written, in any alphabet, and the picture does not change', async () => {
		const texts = { parameters: 'a café at night', flipside: '{"a":"ö"}', other: 'ein Hund 🐕, 犬' };
		const png = withPngText(PNG, texts);
		expect(Object.fromEntries(readPngText(png))).toEqual(texts);
		expect(await sharp(png).raw().toBuffer()).toEqual(await sharp(PNG).raw().toBuffer());
		expect(withPngText(PNG, texts)).toEqual(png);
	});

	test('is read by libpng, which checks the checksums', async () => {
		const { comments } = await sharp(withPngText(PNG, { parameters: 'a dog' }), { failOn: 'warning' }).metadata();
		expect(comments).toEqual([{ keyword: 'parameters', text: 'a dog' }]);
	});

	test.each(['zTXt', 'iTXt'] as const)('is read from a %s that another program has compressed', (type) => {
		expect(readPngText(withChunks(compressed(type, 'parameters', 'a dog'))).get('parameters')).toBe('a dog');
	});

	test.each(['zTXt', 'iTXt'] as const)('is not unpacked from an endless %s', (type) => {
		const bomb = compressed(type, 'flipside', Buffer.alloc(50 * 2 ** 20, 'a'));
		expect(bomb.length).toBeLessThan(MAX_TEXT_BYTES);
		expect([...readPngText(withChunks(bomb, compressed(type, 'parameters', 'a dog')))]).toEqual([
			['parameters', 'a dog'],
		]);
	});

	test('is ignored if it is too long, cut off, or not text', () => {
		const long = chunk('tEXt', Buffer.from(`flipside\0${'a'.repeat(MAX_TEXT_BYTES)}`));
		const broken = [
			chunk('tEXt', Buffer.from('no end of the keyword')),
			chunk('tEXt', Buffer.from('\0no keyword')),
			chunk('zTXt', Buffer.from('parameters\0\0not compressed')),
			chunk('iTXt', Buffer.from('parameters\0\0')),
		];
		expect(readPngText(withChunks(long, ...broken)).size).toBe(0);
		const png = withPngText(PNG, { parameters: 'a dog' });
		for (let length = 0; length < 60; length++) expect(readPngText(png.subarray(0, length)).size).toBe(0);
		expect(readPngText(Buffer.from('no picture')).size).toBe(0);
	});

	test('is fast to read with a million chunks', () => {
		const many = Buffer.concat([
			PNG.subarray(0, 33),
			...Array<Buffer>(500_000).fill(chunk('tEXt', Buffer.from('a\0b'))),
		]);
		const { user } = process.cpuUsage();
		expect(readPngText(many).get('a')).toBe('b');
		expect(process.cpuUsage().user - user).toBeLessThan(500_000);
	});
});

describe('a result', () => {
	let made: MadeDesk;
	beforeEach(async () => {
		made = await makeDesk();
	});
	afterEach(async () => {
		await made.runner.close();
		await made.close();
	});

	async function open(command: string, options: Record<string, string | number>) {
		const { view, originals } = await made.desk.open({ command, options, user: USER });
		expect(view.text).not.toContain('wrong');
		return { figures: view.figures, originals: (await originals?.()) ?? [] };
	}

	test('has the request, seed, model and version, reproducibly', async () => {
		const options = { prompt: 'a café, 犬', negative: 'fog', seed: 7, steps: 3, sampler: 'ddim', guidance: 4 };
		const [first, second] = [await open('generate', options), await open('generate', options)];
		expect(first.figures[0].bytes).toEqual(second.figures[0].bytes);
		const { imprint, parameters } = readPictureText(first.figures[0].bytes, 'it.png');
		expect(imprint).toEqual({
			command: 'generate',
			options,
			seed: 7,
			model: expect.stringMatching(/./),
			version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
		});
		expect(parameters).toMatch(
			/^a café, 犬\nNegative prompt: fog\nSteps: 3, Sampler: DDIM, CFG scale: 4, Seed: 7, Size: \d+x\d+, Model: [^,]+, Version: flipside \d/,
		);
	});

	test('of several pictures has each one’s seed, and the first seed for the sheet', async () => {
		const { figures, originals } = await open('generate', { prompt: 'a dog', seed: 7, count: 3 });
		const seeds = [...figures, ...originals].map(({ bytes }) => readPictureText(bytes, 'it.png').imprint?.seed);
		expect(seeds).toEqual([7, 7, 8, 9]);
	});

	test('reveals nothing about people, channels and files', async () => {
		const upload = { blob: await made.blobs.put(PNG), name: 'ann-student-at-home.png' };
		const { view } = await made.desk.open({
			command: 'edit',
			options: { image: upload, prompt: 'a rocket', start: '1', steps: 3, seed: 7 },
			user: USER,
			messageRef: { platform: 'discord', channel: 'discord:4711', message: '0815' },
		});
		const [{ bytes }] = view.figures;
		const { imprint } = readPictureText(bytes, 'it.png');
		expect(imprint).toMatchObject({ command: 'edit', files: ['image'], options: { prompt: 'a rocket', start: '1' } });
		const text = [...readPngText(bytes).values()].join('\n');
		for (const secret of ['ann', '80351110224678912', '4711', '0815', upload.blob]) {
			expect(text.toLowerCase()).not.toContain(secret);
		}
		expect(made.desk.formOf(bytes, 'it.png')).toEqual({ command: 'edit', options: imprint?.options, files: ['image'] });
	});
});

test('writes into a picture of progress only once, even if it is shown again', async () => {
	const made = await makeDesk();
	const figure: Figure = { bytes: PNG, type: 'image/png', width: 4, height: 4, alt: 'Red', filename: 'red.png' };
	const run: Command['run'] = async (_options, { tell, milestone }) => {
		for (const text of ['One.', 'Two.']) tell(text, [figure]);
		milestone('Half.', [figure]);
		return { text: 'Over.', figures: [figure] };
	};
	const desk = made.again({ commands: [{ name: 'train', summary: 'Train', example: '', options: {}, run }] });
	const shown: Uint8Array[] = [];
	const { view } = await desk.open({ command: 'train', options: {}, user: USER }, ({ figures, milestone, state }) => {
		if (state === 'running') shown.push(...[...figures, ...(milestone?.figures ?? [])].map(({ bytes }) => bytes));
	});
	expect(shown.length).toBeGreaterThanOrEqual(4);
	expect(new Set(shown).size).toBe(1);
	expect(readPictureText(shown[0], 'red.png').imprint?.command).toBe('train');
	expect(view.figures[0].bytes).toEqual(shown[0]);
	await made.runner.close();
	await made.close();
});

describe('a picture from anybody', () => {
	const saying = (imprint: unknown) =>
		withPngText(PNG, { flipside: typeof imprint === 'string' ? imprint : JSON.stringify(imprint) });
	const good = { command: 'generate', options: { prompt: 'a dog', seed: 5 }, seed: 5, version: '0.1.0' };

	test('opens its form if its imprint is valid', () => {
		expect(formOfPicture(saying(good), 'dog.png', commands)).toEqual({
			command: 'generate',
			options: { prompt: 'a dog', seed: 5 },
			files: [],
		});
	});

	test.each([
		['not JSON', '{"command"', /^The text in dog.png that says how it was made is damaged/],
		['another shape', { ...good, options: { prompt: { deep: 1 } } }, /is damaged/],
		['an array', [], /is damaged/],
		['no such command', { ...good, command: 'paint' }, /cannot be made here: There is no command "paint"/],
		['an option of Object', { ...good, options: { constructor: 'x' } }, /\/generate has no option "constructor"/],
		['a value out of range', { ...good, options: { steps: 100_000 } }, /cannot be made here: steps must be/],
		['a prompt too long', { ...good, options: { prompt: 'a'.repeat(5000) } }, /prompt must be a text of at most/],
		[
			'an address where a file belongs',
			{ ...good, command: 'edit', options: { image: 'https://a.org/' } },
			/image cannot come from a picture/,
		],
	])('is rejected in one sentence: %s', (_, imprint, sentence) => {
		const form = () => formOfPicture(saying(imprint), 'dog.png', commands);
		expect(form).toThrow(sentence);
		expect(form).toThrow(expect.objectContaining({ name: 'UserError' }));
	});

	test('from another program shows its text, but opens no form', () => {
		const foreign = withPngText(PNG, { parameters: 'a cat\nSteps: 20' });
		expect(showPicture(foreign, 'cat.png', commands, false)).toBe(
			'cat.png was not made by Flipside. The program that made it says:\na cat\nSteps: 20',
		);
		expect(() => formOfPicture(foreign, 'cat.png', commands)).toThrow('cat.png was not made by Flipside');
		expect(() => readPictureText(PNG, 'cat.png')).toThrow(/^cat.png does not say how it was made/);
	});

	test('is shown as a typed line and as JSON', () => {
		const edit = { command: 'edit', options: { prompt: 'a rocket', start: '5', seed: 3 }, files: ['image'] };
		const png = saying({ ...edit, seed: 3, model: 'emoji-if', version: '0.1.0' });
		expect(showPicture(png, 'pictures/rocket.png', commands, false)).toBe(
			[
				'rocket.png was made by Flipside 0.1.0.',
				'Request: /edit IMAGE a rocket --start 5 --seed 3',
				'Seed of this picture: 3',
				'Model: emoji-if',
				'Files needed: image',
			].join('\n'),
		);
		expect(JSON.parse(showPicture(png, 'rocket.png', commands, true))).toEqual({
			file: 'rocket.png',
			...edit,
			seed: 3,
			model: 'emoji-if',
			version: '0.1.0',
		});
	});
});
