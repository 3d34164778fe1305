import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { seedOf } from '../../../../gpu/jobs/index.ts';
import type { WireMessage } from '../../../../src/platforms/console/wire.ts';
import { MAX_UPLOAD_BYTES } from '../../../../src/uploads/limits.ts';
import { console_, freshConsole, url } from './fresh-console.ts';
import { ask, events, fetch, message, png, shown } from './harness.ts';

freshConsole();

const done = ({ state }: WireMessage) => state === 'done';

describe('a request', () => {
	test('goes through waiting and running to a result with pictures', async () => {
		console_.runner.stepMs = 120;
		const stream = events(url);
		expect((await stream.next()).value).toEqual({ type: 'all', messages: [] });
		const { status, answer } = await ask(url, { line: '/generate "a dog" --seed 5 --count 2' });
		expect(status).toBe(202);
		const states: WireMessage[] = [];
		for await (const event of stream) {
			states.push(...event.messages);
			if (states.at(-1)?.state === 'done') break;
		}
		expect(new Set(states.map(({ id }) => id))).toEqual(new Set([(answer as { id: string }).id]));
		expect(states.map(({ state }) => state)).toContain('running');
		const live = states.find(({ progress }) => progress?.preview);
		expect(live?.progress).toMatchObject({ total: 4, preview: expect.stringMatching(/^data:image\/png;base64,/) });
		expect(live?.buttons).toMatchObject([{ label: 'Cancel' }]);
		const result = states.at(-1) as WireMessage;
		expect(result.title).toBe('/generate a dog --count 2 --seed 5');
		expect(result.text).toContain('seed 5');
		expect(result.pictures).toHaveLength(1);
		expect(result.pictures[0]).toMatchObject({
			filename: 'generate-5-sheet.png',
			alt: expect.stringContaining('“a dog”'),
		});
		const picture = await fetch(url + result.pictures[0].url);
		expect(picture.headers.get('content-type')).toBe('image/png');
		const { width, height } = await sharp(await picture.arrayBuffer()).metadata();
		expect({ width, height }).toEqual({ width: result.pictures[0].width, height: result.pictures[0].height });
	});

	test('in plain text means /generate', async () => {
		await ask(url, { line: "a dog's house at night --seed 3" });
		expect((await message(url, done)).title).toBe("/generate a dog's house at night --seed 3");
		expect(console_.runner.submitted[0].job).toMatchObject({
			kind: 'generate',
			prompt: "a dog's house at night",
			seed: 3,
		});
		expect(console_.runner.submitted[0].owner).toBe('console:local');
	});

	test('as a form takes options by name', async () => {
		const options = { 'option.prompt': 'a man', 'option.prompt2': 'a "quoted" skull', 'option.seed': '9' };
		const { status } = await ask(url, { command: 'anagram', ...options });
		expect(status).toBe(202);
		await message(url, done);
		expect(console_.runner.submitted[0].job).toMatchObject({ prompts: ['a man', 'a "quoted" skull'], seed: 9 });
	});

	test('takes a picture from a form, or with a line that may name it', async () => {
		await ask(url, { command: 'edit', 'option.image': await png(), 'option.start': '5' });
		const first = await message(url, done);
		expect(first.inputs).toMatchObject([{ name: 'sketch.png' }]);
		expect((await fetch(url + first.inputs[0].url)).status).toBe(200);
		await ask(url, { line: '/edit "a rocket ship" --start 5', attachment: await png() });
		await ask(url, { line: '/edit sketch.png a rocket ship --start 5', attachment: await png() });
		// The files are read before the jobs are submitted.
		await vi.waitFor(() => expect(console_.runner.submitted).toHaveLength(3), 5000);
		const jobs = console_.runner.submitted.map(({ job }) => job);
		const blob = first.inputs[0].url.slice('/pictures/'.length, -'.png'.length);
		expect(jobs[0]).toMatchObject({ kind: 'edit', image: blob });
		for (const job of jobs.slice(1)) expect(job).toMatchObject({ image: blob, prompt: 'a rocket ship', starts: [5] });
	});

	test('shows a failure of the job as a failed message', async () => {
		console_.runner.failure = { message: 'The model ran out of memory; ask for fewer pictures.', fault: 'user' };
		expect((await ask(url, { line: 'a dog' })).status).toBe(202);
		expect(await message(url, ({ state }) => state === 'failed')).toMatchObject({
			text: 'The model ran out of memory; ask for fewer pictures.',
			buttons: [],
		});
	});
});

describe('a request is refused', () => {
	const lines: Record<string, RegExp> = {
		'/generate x --steps 0': /^steps must be a whole number from 1 to 1000, for example 20; got "0"\.$/,
		'/generate x --seed -1': /^seed must be a whole number from 0 to 4294967295.*got "-1"\.$/,
		'/generat x': /^There is no command "generat" \(did you mean "generate"\?\)/,
		'/generate x --stepz 3': /^\/generate has no option "stepz" \(did you mean "steps"\?\)/,
		'/generate "x':
			/^The text has an opening quote " that is never closed; close it with another one, or leave it out\.$/,
		'/edit': /^\/edit needs image: a PNG/,
		'/mnist': /^\/mnist needs a verb, one of .*: for example \/mnist sample 2026 --animate\.$/,
		'': /^Describe a picture/,
		'hello!': /^Hello! Describe a picture/,
		'a dog - seed 5': /^"seed" is the name of an option: write --seed, without a space\.$/,
		'a dog —ar 16:9 —v 5': /^\/generate has no option "ar": pictures are square here, so leave it out\.$/,
		[`/generate ${'x'.repeat(5000)}`]: /^prompt must be a text of at most 1000 characters.*5000 characters\.$/,
	};
	for (const [line, sentence] of Object.entries(lines)) {
		test(`in one sentence: ${line.slice(0, 30)}`, async () => {
			const { status, answer } = await ask(url, { line });
			expect(status).toBe(422);
			expect(answer).toEqual({ error: expect.stringMatching(sentence) });
			expect(await shown(url)).toEqual([]);
		});
	}

	test('because a required field of a form is empty, or a field contains a whole command', async () => {
		const empty = /^Please fill this in: image is a PNG, .* address\.$/;
		const forms: Record<string, string>[] = [{ command: 'edit' }, { command: 'edit', 'option.image': ' ' }];
		for (const form of forms) {
			expect((await ask(url, form)).answer).toEqual({ error: expect.stringMatching(empty) });
		}
		const { answer } = await ask(url, { command: 'generate', 'option.prompt': '/edit a dog' });
		expect(answer).toEqual({ error: expect.stringMatching(/^“\/edit a dog” is a whole command: send \/edit by/) });
		expect(console_.runner.submitted).toEqual([]);
	});

	test('because one of several prompts is empty', async () => {
		const forms: Record<string, string>[] = [
			{ line: '/anagram "a heart"' },
			{ command: 'anagram', 'option.prompt': 'a heart', 'option.prompt2': '' },
		];
		for (const form of forms) {
			expect((await ask(url, form)).answer).toEqual({
				error: expect.stringMatching(/^\/anagram needs prompt2 too: a text of at most 1000 characters/),
			});
		}
	});

	test('because of its picture', async () => {
		const file = (bytes: string | Uint8Array<ArrayBuffer>, name: string) => new File([bytes], name);
		const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
		const cases: [File, RegExp][] = [
			[file('just text', 'fake.png'), /^fake\.png is not a picture that can be read/],
			[file(svg, 'drawing.svg'), /^drawing\.svg is SVG; send a PNG/],
			[file('', 'empty.png'), /^empty\.png is empty/],
			[file(new Uint8Array(MAX_UPLOAD_BYTES + 1), 'large.png'), /^large\.png has 10\.0 MiB; .* at most 10 MiB\.$/],
		];
		for (const [picture, sentence] of cases) {
			const { status, answer } = await ask(url, { command: 'edit', 'option.image': picture });
			expect(status, picture.name).toBe(422);
			expect(answer).toEqual({ error: expect.stringMatching(sentence) });
		}
		const stray = await ask(url, { line: '/generate a dog', attachment: await png() });
		const refusal = /^\/generate takes no picture; remove the attachment, or use one of (\/\w+, )*\/edit\b/;
		expect(stray.answer).toEqual({ error: expect.stringMatching(refusal) });
	});

	test('because the body is too large, before it is read', async () => {
		const picture = new File([new Uint8Array(40 * 2 ** 20)], 'huge.png');
		const { status, answer } = await ask(url, { command: 'edit', 'option.image': picture });
		expect(status).toBe(413);
		expect(answer).toEqual({ error: 'The upload is too large; files may have at most 10 MiB.' });
	});

	test('because it is not a form', async () => {
		const response = await fetch(`${url}/api/commands`, { method: 'POST', body: '{}' });
		expect(response.status).toBe(422);
		expect(await response.json()).toEqual({ error: 'The request is not a form; reload the page.' });
	});
});

describe('a press', () => {
	const press = async (pressed: WireMessage, label: string) => {
		const button = pressed.buttons.find((candidate) => candidate.label.startsWith(label))?.id;
		expect(button, label).toBeDefined();
		const headers = { 'content-type': 'application/json' };
		const body = JSON.stringify({ message: pressed.id, button });
		return (await fetch(`${url}/api/presses`, { method: 'POST', headers, body })).json();
	};

	test('on Again repeats the request with another seed and the same pictures', async () => {
		await ask(url, { command: 'edit', 'option.image': await png(), 'option.seed': '4', 'option.start': '5' });
		const first = await message(url, done);
		expect(await press(first, 'Again')).toEqual({ id: expect.any(String) });
		const second = await message(url, ({ id, state }) => id !== first.id && state === 'done');
		expect(second.inputs).toEqual(first.inputs);
		const [a, b] = console_.runner.submitted.map(({ job }) => job);
		expect(b).toMatchObject({ ...a, seed: expect.any(Number) });
		expect(seedOf(b)).not.toBe(seedOf(a));
	});

	test('on Flip shows the other reading in a new message', async () => {
		await ask(url, { line: '/anagram "a man" "a skull" --seed 1' });
		const upright = await message(url, done);
		expect(upright.asker).toBe('Asked by someone at the console.');
		expect(await press(upright, 'Flip')).toEqual({ id: expect.any(String) });
		const flipped = await message(url, ({ id, state }) => id !== upright.id && state === 'done');
		expect(flipped.pictures[0].alt).not.toBe(upright.pictures[0].alt);
		expect(await shown(url)).toEqual([upright, flipped]);
		expect(await press(flipped, 'Delete')).toMatchObject({ buttons: [{ label: 'Undo' }] });
		expect(await shown(url)).toEqual([upright]);
		expect(await press(upright, 'Flip')).toEqual({ id: expect.any(String) });
	});

	test('on Delete removes the message, and Undo brings it back', async () => {
		await ask(url, { line: 'a dog --seed 5' });
		const first = await message(url, done);
		const { whisper, buttons } = await press(first, 'Delete');
		expect(whisper).toBe('Deleted. You can undo this for a minute.');
		expect(await shown(url)).toEqual([]);
		expect(await press({ ...first, buttons }, 'Undo')).toEqual({ id: expect.any(String) });
		const back = await message(url, done);
		expect(back).toEqual({ ...first, id: back.id });
	});

	test('on Report asks for confirmation once', async () => {
		await ask(url, { line: 'a dog --seed 5' });
		const first = await message(url, done);
		const { whisper, buttons } = await press(first, 'Report');
		expect(whisper).toMatch(/^Should the class staff look/);
		expect(await press({ ...first, buttons }, 'Report')).toMatchObject({
			whisper: expect.stringMatching(/^Thank you/),
		});
	});

	test('on Cancel ends the job', async () => {
		console_.runner.holdAt = 2;
		await ask(url, { line: 'a dog' });
		const live = await message(url, ({ progress }) => progress?.done === 2);
		expect(await press(live, 'Cancel')).toEqual({ whisper: 'Cancelling.' });
		expect(await message(url, ({ state }) => state === 'cancelled')).toMatchObject({ text: 'Cancelled.', buttons: [] });
	});

	test('on Delete tells every page that the message is gone', async () => {
		await ask(url, { line: 'a dog' });
		const stream = events(url);
		for await (const event of stream) {
			if (event.type === 'changed' && event.gone.length > 0) break;
			const finished = event.messages.find(done);
			if (finished) await press(finished, 'Delete');
		}
		expect(await shown(url)).toEqual([]);
	});

	test('on Use as input opens a form with the picture in it', async () => {
		await ask(url, { line: 'a dog --seed 5' });
		const result = await message(url, done);
		const image = { blob: expect.stringMatching(/^[0-9a-f]{64}$/), name: 'generate-5.png' };
		expect(await press(result, 'Use as input')).toEqual({ form: { command: 'edit', options: { image } } });
	});

	test('on Details describes the request, and says what to type to repeat it', async () => {
		await ask(url, { line: '/generate "a dog" --seed 5 --steps 3' });
		const { whisper } = await press(await message(url, done), 'Details');
		expect(whisper).toMatch(
			/^Asked by someone at the console on \d+ \w+ \d{4}, \d\d:\d\d UTC, made in [\d.]+ seconds?\.\n/,
		);
		expect(whisper).toContain('Settings: seed 5, 3 steps, guidance 7, sampler ddpm, model fake-if.');
		expect(whisper).toMatch(/To make it again, type: \/generate a dog --seed 5 --steps 3$/);
	});

	test('on the button of a forgotten request says that it is too old', async () => {
		const headers = { 'content-type': 'application/json' };
		const body = JSON.stringify({ message: 'x', button: 'v1:again:unknown' });
		const answer = await (await fetch(`${url}/api/presses`, { method: 'POST', headers, body })).json();
		expect(answer).toEqual({ whisper: expect.stringContaining('This button is too old') });
	});
});

test('a message without buttons can be removed', async () => {
	const { answer } = await ask(url, { line: '/models' });
	await message(url, done);
	const path = `${url}/api/messages/${(answer as { id: string }).id}`;
	expect((await fetch(path, { method: 'DELETE' })).status).toBe(204);
	expect((await fetch(path, { method: 'DELETE' })).status).toBe(404);
});

test('many steps become few events, and a page that connects later sees the current state', async () => {
	console_.runner.steps = 400;
	console_.runner.stepMs = 1;
	const stream = events(url);
	await stream.next();
	const started = performance.now();
	await ask(url, { line: 'a dog' });
	const late = await message(url, ({ progress }) => (progress?.done ?? 0) > 100);
	expect(late.state).toBe('running');
	let count = 0;
	for await (const event of stream) {
		count += 1;
		if (event.messages.some(done)) break;
	}
	const tenths = (performance.now() - started) / 100;
	expect(count).toBeGreaterThan(3);
	expect(count).toBeLessThan(tenths + 2);
});
