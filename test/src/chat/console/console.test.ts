import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConsole } from '../../../../src/chat/console/console.ts';
import type { WireMessage, WireRegistry } from '../../../../src/chat/console/wire.ts';
import { ConfigError } from '../../../../src/config.ts';
import type { Desk } from '../../../../src/desk.ts';
import { MAX_UPLOAD_BYTES } from '../../../../src/intake.ts';
import { FAKE_MODELS } from '../../../fakes/fake-runner.ts';
import { ask, events, type Harness, message, startConsole } from './harness.ts';

let console_: Harness;
let url: string;
beforeEach(async () => {
	console_ = await startConsole();
	url = console_.url;
});
afterEach(async () => {
	await console_.stop();
	expect(console_.errors).toEqual([]);
});

const done = ({ state }: WireMessage) => state === 'done';

async function png(side = 48): Promise<File> {
	const create = { width: side, height: side, channels: 3, background: { r: 200, g: 40, b: 40 } } as const;
	return new File([new Uint8Array(await sharp({ create }).png().toBuffer())], 'sketch.png', { type: 'image/png' });
}

/** fetch sets Host and Origin itself, so these go through node:http. */
function raw(path: string, method: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
	return new Promise((resolve, reject) => {
		const sent = request(`${url}${path}`, { method, headers }, (response) => {
			let body = '';
			response.on('data', (chunk) => {
				body += chunk;
			});
			response.on('end', () => resolve({ status: response.statusCode as number, body }));
		});
		sent.on('error', reject);
		sent.end();
	});
}

describe('the guard', () => {
	test('refuses a foreign Host, as DNS rebinding would send it', async () => {
		for (const host of ['evil.example', `evil.example:${new URL(url).port}`, '127.0.0.1:1', 'localhost']) {
			const answer = await raw('/api/registry', 'GET', { host });
			expect(answer.status, host).toBe(403);
			expect(answer.body).toContain('The console answers only at http://127.0.0.1:');
		}
		expect((await raw('/', 'GET', { host: `LOCALHOST:${new URL(url).port}` })).status).toBe(200);
	});

	test('refuses other origins and cross-site writes', async () => {
		const { host } = new URL(url);
		expect((await raw('/api/presses', 'POST', { host, origin: 'http://evil.example' })).status).toBe(403);
		expect((await raw('/api/events', 'GET', { host, origin: 'null' })).status).toBe(403);
		expect((await raw('/api/presses', 'POST', { host, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
		expect((await raw('/api/presses', 'POST', { host, 'sec-fetch-site': 'same-site' })).status).toBe(403);
		// Its own page gets through, to the check of what it says.
		const own = { host, origin: url, 'sec-fetch-site': 'same-origin' };
		expect((await raw('/api/presses', 'POST', own)).status).toBe(422);
	});

	test('sends a policy that lets nothing in from elsewhere', async () => {
		const { headers } = await fetch(url);
		const policy = headers.get('content-security-policy');
		expect(policy).toContain("default-src 'none'");
		expect(policy).not.toContain('unsafe');
		expect(policy).not.toContain('http');
		expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
		expect(headers.get('x-content-type-options')).toBe('nosniff');
	});
});

test('the page and its files are there, and nothing else', async () => {
	for (const path of ['/', '/page.js', '/styles.css', '/icon.svg']) {
		const response = await fetch(url + path);
		expect(response.status, path).toBe(200);
		expect((await response.text()).length, path).toBeGreaterThan(100);
	}
	for (const path of ['/package.json', '/../package.json', '/pictures/abc.png', '/page/main.ts']) {
		expect((await fetch(url + path)).status, path).toBe(404);
	}
	expect((await fetch(`${url}/pictures/${'0'.repeat(64)}.png`)).status).toBe(422);
});

test('the registry lists every command with its options, in words too', async () => {
	const registry = (await (await fetch(`${url}/api/registry`)).json()) as WireRegistry;
	const generate = registry.commands.find(({ name }) => name === 'generate');
	expect(generate?.makesPictures).toBe(true);
	expect(generate?.options.find(({ name }) => name === 'count')).toMatchObject({
		spec: { kind: 'integer', min: 1, max: 9 },
		hint: 'a whole number from 1 to 9, for example 4',
	});
	expect(registry.commands.find(({ name }) => name === 'help')?.makesPictures).toBe(false);
	const models = await (await fetch(`${url}/api/models`)).json();
	expect(models).toEqual(FAKE_MODELS.map(({ name, summary }) => ({ name, summary })));
});

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
		expect(result.pictures).toHaveLength(2);
		expect(result.pictures[1]).toMatchObject({ filename: 'generate-6.png', alt: expect.stringContaining('“a dog”') });
		const picture = await fetch(url + result.pictures[0].url);
		expect(picture.headers.get('content-type')).toBe('image/png');
		const { width, height } = await sharp(await picture.arrayBuffer()).metadata();
		expect({ width, height }).toEqual({ width: result.pictures[0].width, height: result.pictures[0].height });
	});

	test('as plain text means /generate', async () => {
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

	test('takes a picture by form and by line, named there or not', async () => {
		await ask(url, { command: 'edit', 'option.image': await png(), 'option.start': '5' });
		const first = await message(url, done);
		expect(first.inputs).toMatchObject([{ name: 'sketch.png' }]);
		expect((await fetch(url + first.inputs[0].url)).status).toBe(200);
		await ask(url, { line: '/edit "a rocket ship" --start 5', attachment: await png() });
		await ask(url, { line: '/edit sketch.png a rocket ship --start 5', attachment: await png() });
		const jobs = console_.runner.submitted.map(({ job }) => job);
		expect(jobs).toHaveLength(3);
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

describe('a request that cannot work', () => {
	const lines: Record<string, RegExp> = {
		'/generate x --steps 0': /^steps must be a whole number from 1 to 1000, for example 20; got "0"\.$/,
		'/generate x --seed -1': /^seed must be a whole number from 0 to 4294967295.*got "-1"\.$/,
		'/generat x': /^There is no command "generat" \(did you mean "generate"\?\)/,
		'/generate x --stepz 3': /^\/generate has no option "stepz" \(did you mean "steps"\?\)/,
		'/generate "x': /^The text has an opening quote without its closing "\.$/,
		'/edit': /^\/edit needs image: a PNG/,
		[`/generate ${'x'.repeat(5000)}`]: /^prompt must be a text of at most 1000 characters.*5000 characters\.$/,
	};
	for (const [line, sentence] of Object.entries(lines)) {
		test(`is answered with one sentence: ${line.slice(0, 30)}`, async () => {
			const { status, answer } = await ask(url, { line });
			expect(status).toBe(422);
			expect(answer).toEqual({ error: expect.stringMatching(sentence) });
			expect((await events(url).next()).value.messages).toEqual([]);
		});
	}

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
		expect(stray.answer).toEqual({ error: '/generate takes no picture; remove the attachment, or use one of /edit.' });
	});

	test('because the body is too large is answered before it is read', async () => {
		const picture = new File([new Uint8Array(40 * 2 ** 20)], 'huge.png');
		const { status, answer } = await ask(url, { command: 'edit', 'option.image': picture });
		expect(status).toBe(413);
		expect(answer).toEqual({ error: 'The upload is too large; pictures may have at most 10 MiB.' });
	});

	test('because it is no form', async () => {
		const response = await fetch(`${url}/api/commands`, { method: 'POST', body: '{}' });
		expect(response.status).toBe(422);
		expect(await response.json()).toEqual({ error: 'The request is no form; reload the page.' });
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

	test('on Again asks anew with another seed, the same pictures', async () => {
		await ask(url, { command: 'edit', 'option.image': await png(), 'option.seed': '4', 'option.start': '5' });
		const first = await message(url, done);
		expect(await press(first, 'Again')).toEqual({});
		const second = await message(url, ({ id, state }) => id !== first.id && state === 'done');
		expect(second.inputs).toEqual(first.inputs);
		const [a, b] = console_.runner.submitted.map(({ job }) => job);
		expect(b).toMatchObject({ ...a, seed: expect.any(Number) });
		expect(b.seed).not.toBe(a.seed);
	});

	test('on Flip shows the other reading in place', async () => {
		await ask(url, { line: '/anagram "a man" "a skull" --seed 1' });
		const upright = await message(url, done);
		await press(upright, 'Flip');
		const flipped = await message(url, ({ pictures }) => pictures[0]?.url !== upright.pictures[0].url);
		expect(flipped.id).toBe(upright.id);
		expect(flipped.pictures[0].alt).not.toBe(upright.pictures[0].alt);
	});

	test('on Cancel ends the job', async () => {
		console_.runner.holdAt = 2;
		await ask(url, { line: 'a dog' });
		const live = await message(url, ({ progress }) => progress?.done === 2);
		expect(await press(live, 'Cancel')).toEqual({ whisper: 'Cancelling.' });
		expect(await message(url, ({ state }) => state === 'cancelled')).toMatchObject({ text: 'Cancelled.', buttons: [] });
	});

	test('on Delete removes the message', async () => {
		await ask(url, { line: 'a dog' });
		const stream = events(url);
		for await (const event of stream) {
			if (event.type === 'changed' && event.gone.length > 0) break;
			const finished = event.messages.find(done);
			if (finished) await press(finished, 'Delete');
		}
		expect((await events(url).next()).value.messages).toEqual([]);
	});

	test('on the button of a forgotten request whispers so', async () => {
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

test('many steps become few events, and whoever connects later sees the present state', async () => {
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

test('stop ends open event streams and the listener at once', async () => {
	const streams = await Promise.all(
		[1, 2].map(async () => {
			const stream = events(url);
			await stream.next();
			return stream;
		}),
	);
	const started = performance.now();
	await console_.stop();
	expect(performance.now() - started).toBeLessThan(1000);
	for (const stream of streams) expect((await stream.next().catch(() => ({ done: true }))).done).toBe(true);
	await expect(fetch(url)).rejects.toThrow();
});

test('a port in use is one sentence that names CONSOLE_PORT', async () => {
	const other = createServer();
	await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
	const { port } = other.address() as AddressInfo;
	const log = { error() {}, warn() {}, info() {}, debug() {} };
	const second = createConsole({ desk: { commands: [] } as unknown as Desk, port, log });
	const refusal = await second.start().catch((error: unknown) => error);
	expect(refusal).toBeInstanceOf(ConfigError);
	expect((refusal as Error).message).toBe(
		`CONSOLE_PORT ${port} is in use by another program; set CONSOLE_PORT to a free port, or to 0 for any.`,
	);
	await second.stop();
	other.close();
});
