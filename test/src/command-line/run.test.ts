/** What the command line says and writes: the bundled model, real files. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pipe } from '../../fakes/pipe.ts';
import { startCommandLine } from './command-line.ts';

let directory: string;
let flipside: Awaited<ReturnType<typeof startCommandLine>>['flipside'];
let close: () => Promise<void>;
beforeAll(async () => {
	({ directory, flipside, close } = await startCommandLine());
});
afterAll(() => close());

describe('a picture', () => {
	test('comes with --json as one object, and twice the same', async () => {
		const words = ['generate', 'a', 'photo', 'of', 'a', 'dog', '--seed', '180', '--steps', '3', '--json', '--out'];
		const first = await flipside(...words, 'one');
		expect(first.stderr).toBe('');
		expect(first.status).toBe(0);
		const answer = JSON.parse(first.stdout);
		expect(Object.keys(answer)).toEqual(['command', 'seed', 'images', 'text', 'seconds', 'job']);
		expect(answer).toMatchObject({
			command: 'generate',
			seed: 180,
			images: [{ path: join('one', 'generate-180.png'), width: 256, height: 256 }],
			job: { kind: 'generate', prompt: 'a photo of a dog', steps: 3, sampler: 'ddpm' },
		});
		expect(answer.images[0].alt).toContain('a photo of a dog');
		const png = await readFile(join(directory, answer.images[0].path));
		expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });

		await flipside(...words, 'two');
		const again = await readFile(join(directory, 'two', 'generate-180.png'));
		expect(again.equals(png)).toBe(true);
	});

	test('is made from a sketch, one for each start', async () => {
		const sketch = sharp({ create: { width: 90, height: 60, channels: 3, background: 'white' } });
		await sketch.jpeg().toFile(join(directory, 'sketch.jpg'));
		const run = await flipside('edit', 'sketch.jpg', 'a rocket ship', '--start', '1,2', '--steps', '3', '--json');
		expect(run.stderr).toBe('');
		const { images, job } = JSON.parse(run.stdout);
		const files = images.map(({ path }: { path: string }) => basename(path));
		const { seed } = job;
		expect(files).toEqual([`edit-${seed}-start-1.png`, `edit-${seed}-start-2.png`, `edit-${seed}-sheet.png`]);
		expect(job).toMatchObject({ kind: 'edit', starts: [1, 2], sampler: 'course' });
	});

	test('follows a list of timesteps by name', async () => {
		const blank = sharp({ create: { width: 9, height: 9, channels: 3, background: 'white' } });
		await blank.toFile(join(directory, 'blank.png'));
		const run = await flipside('edit', 'blank.png', '--start', '24', '--timesteps', 'fast27', '--json');
		expect(run.stderr).toBe('');
		const { text, job } = JSON.parse(run.stdout);
		expect(job).toMatchObject({ starts: [24], timesteps: 'fast27' });
		expect(text).toContain('(t = 44)');
		expect(text).toContain('the timesteps fast27');
	});

	test('is noised, and denoised in several ways', async () => {
		const grey = sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } });
		await grey.toFile(join(directory, 'grey.png'));
		const [noise, denoise] = await Promise.all([
			flipside('noise', 'grey.png', '--t', '100', '--seed', '5', '--json', '--out', 'noise'),
			flipside('denoise', 'grey.png', '--steps', '6', '--seed', '5', '--json', '--out', 'denoise'),
		]);
		expect([noise.stderr, denoise.stderr]).toEqual(['', '']);
		expect(JSON.parse(noise.stdout).text).toMatch(/^grey.png, noisy, t = 100, PSNR \d\d\.\d dB: seed 5/);
		const paths = JSON.parse(denoise.stdout).images.map(({ path }: { path: string }) => basename(path));
		expect(paths).toEqual([
			'denoise-5-noisy-t-568.png',
			'denoise-5-blurred-t-568.png',
			'denoise-5-one-step-t-568.png',
			'denoise-5-iterative-t-568.png',
			'denoise-5-state-t-568.png',
			'denoise-5-compare-sheet.png',
		]);
	});

	test('is an anagram, whose text goes to stdout without --json', async () => {
		const run = await flipside('anagram', 'a skull', 'a tree', '--steps', '2', '--seed', '7');
		expect(run.stderr).toBe('');
		const [text, path] = run.stdout.trim().split('\n');
		expect(text).toMatch(/^“a skull” \(upright\), also “a tree”: seed 7, 2 steps/);
		expect(path).toBe(join('out', 'anagram-7.png'));
	});

	test('is made of words as a phone writes them, whose quotes and dashes no shell knows', async () => {
		const run = await flipside(...'anagram “a skull” ‘a tree’ —steps 1 —seed 7 —out curly —json'.split(' '));
		expect(run.stderr).toBe('');
		const { images, job } = JSON.parse(run.stdout);
		expect(job).toMatchObject({ prompts: ['a skull', 'a tree'], steps: 1, seed: 7 });
		expect(images[0].path).toBe(join('curly', 'anagram-7.png'));
	});
});

describe('a mistake ends with status 2 and one line', () => {
	test.each([
		[['generate', '--seed', 'abc'], /^seed must be/],
		[['generate', '--steps', '0'], /^steps must be/],
		[['generate', '--colour', 'red'], /^\/generate has no option "colour"/],
		[['paint'], /^There is no command "paint"/],
		[['constructor'], /^There is no command "constructor"/],
		[['words', 'ad', 'zombie'], /^\/words has no verb "ad" \(did you mean "add"\?\)/],
		[['words'], /^\/words needs a verb, one of add, remove, list/],
		[['generate', '--toString'], /^\/generate has no option "toString"; its options/],
		[['generate', '--steps', '1', '--out', 'white.png'], /^out "white.png" is a file/],
		[['anagram', 'a', 'b', '--view', 'blurr'], /^view must be .*flip/],
		[['edit', 'nowhere.png'], /^image "nowhere.png" cannot be read/],
		[['edit', 'pipe.png'], /^image "pipe.png" cannot be read; give the path of a picture file/],
		[['generate', '--embeddings', 'pipe.png'], /^embeddings "pipe.png" cannot be read; give the path of a file of/],
		[['edit', 'https://127.0.0.1/secret.png'], /^https:.* leads to a network that is not public/],
		[['inpaint', 'white.png', '--steps', '1'], /^Say what should be redrawn: by a mask/],
		[['edit', 'white.png', '--start', '40'], /start/],
		[['edit', 'notes.png'], /^notes.png is not a picture/],
		[['edit', 'white.png', '--timesteps', 'fast27', '--steps', '9'], /^Give either steps or timesteps, not both/],
		[['denoise', 'white.png', '--kernel', '8'], /^kernel must be an odd number from 1 to 127/],
		[['noise', 'white.png', '--t', '1000'], /^t must be/],
		[['generate', '--out'], /^out needs a value/],
		[['deploy'], /^DISCORD_TOKEN is missing/],
	])('%j', async (words, line) => {
		await writeFile(join(directory, 'notes.png'), 'not a picture');
		pipe(join(directory, 'pipe.png'));
		await sharp({ create: { width: 9, height: 9, channels: 3, background: 'white' } }).toFile(
			join(directory, 'white.png'),
		);
		const { status, stdout, stderr } = await flipside(...words);
		expect(stderr).toMatch(line);
		expect(stderr.trimEnd()).not.toContain('\n');
		expect(stdout).toBe('');
		expect(status).toBe(2);
	});
});

test('a command of two words, whose effect is kept between runs', async () => {
	expect((await flipside('words', 'add', 'zombie')).stdout).toBe('“zombie” is now forbidden.\n');
	const [listed, refused, help] = await Promise.all([
		flipside('words', 'list'),
		flipside('generate', 'a', 'zombie'),
		flipside('words', '--help'),
	]);
	expect(listed.stdout).toBe('Forbidden: zombie.\n');
	expect([refused.status, refused.stderr]).toEqual([
		2,
		expect.stringMatching(/^This request contains a word that the class's word list forbids/),
	]);
	expect(help.stdout.split('\n')[0]).toBe('/words add: Forbid a word in every text of every request.');
});

test('help, models and prompts answer', async () => {
	const [help, models, prompts] = await Promise.all([flipside('--help'), flipside('models'), flipside('prompts')]);
	expect(help.stdout).toContain('/generate: ');
	expect(help.stdout).toMatch(/^For whoever runs the bot: setup, deploy, .*doctor/m);
	expect(models.stdout).toContain('emoji-if (the default)');
	expect(prompts.stdout).toContain('a lithograph of a skull');
	expect([help.status, models.status, prompts.status]).toEqual([0, 0, 0]);
});
