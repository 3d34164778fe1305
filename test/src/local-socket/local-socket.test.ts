/** Both ends of the local socket in one process, with a real desk and a scripted runner. */
import { execFileSync } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import type { Desk } from '../../../src/desk/desk.ts';
import type { MessageView } from '../../../src/desk/view.ts';
import { callBot } from '../../../src/local-socket/call.ts';
import { listen } from '../../../src/local-socket/listen.ts';
import type { RequestStore } from '../../../src/store/requests.ts';
import { FAKE_MODELS, type FakeRunner } from '../../fakes/fake-runner.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';

let made: MadeDesk;
let dataDir: string;
let blobs: BlobStore;
let runner: FakeRunner;
let desk: Desk;
let store: RequestStore;
let log: MadeDesk['log'];
let stop: (() => Promise<void>) | undefined;

beforeEach(async () => {
	made = await makeDesk();
	({ directory: dataDir, blobs, runner, desk, store, log } = made);
});
afterEach(async () => {
	await runner.close();
	await stop?.();
	stop = undefined;
	await made.close();
});

const start = async (where = dataDir) => {
	stop = await listen({ desk, runner, dataDir: where, log });
	expect(log.warn).not.toHaveBeenCalled();
};
async function call(where = dataDir) {
	const bot = await callBot(where, blobs);
	if (!bot) throw new Error('no bot is listening');
	return bot;
}

test('serves a request with progress, pictures, originals and the record', async () => {
	await start();
	const bot = await call();
	const views: MessageView[] = [];
	const outcome = await bot.open('generate', { prompt: 'a dog', seed: 7, count: 2 }, (view) => views.push(view));
	bot.close();
	expect(outcome.view).toMatchObject({ state: 'done', title: expect.stringContaining('a dog') });
	expect(outcome.view.text).toContain('2 pictures: seed 7');
	expect(outcome.record).toMatchObject({ command: 'generate', job: { kind: 'generate', seed: 7, count: 2 } });
	expect(outcome.record?.owner).toEqual({ id: 'cli:local', name: 'someone at the command line', staff: true });
	const [sheet] = outcome.view.figures;
	expect(await sharp(sheet.bytes).metadata()).toMatchObject({ width: sheet.width, height: sheet.height });
	expect(sheet.alt).toContain('a dog');
	expect((await outcome.originals?.())?.map(({ filename }) => filename)).toHaveLength(2);
	expect(views.map(({ state }) => state)).toEqual(expect.arrayContaining(['waiting', 'running', 'done']));
	expect(views.find(({ progress }) => progress?.done === 3)?.progress).toEqual({ done: 3, total: 4 });
	expect(runner.submitted).toHaveLength(1);
});

test('answers several questions in one call, including the list of models', async () => {
	await start();
	const bot = await call();
	expect((await bot.models()).usable).toEqual(FAKE_MODELS);
	expect((await bot.open('models', {}, () => {})).view.text).toContain('fake-if (the default)');
	expect((await bot.models()).damaged).toEqual([]);
	expect(await bot.devices()).toEqual([{ device: 'cpu', slots: 1, running: 0, loaded: ['fake-if'] }]);
	bot.close();
});

test('takes uploads as references into the blob store', async () => {
	await start();
	const bot = await call();
	const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'white' } })
		.png()
		.toBuffer();
	const note = 'white.gif is animated; its first frame was used.';
	const image = { blob: await blobs.put(png), name: 'white.gif', note, sentSize: { width: 3000, height: 2000 } };
	const { view } = await bot.open('edit', { image, prompt: 'a rocket', start: '3', seed: undefined }, () => {});
	expect(view).toMatchObject({ state: 'done', text: expect.stringContaining('white.gif') });
	expect(view.text).toContain(note);
	const inpainted = await bot.open('inpaint', { image, region: '0,0,.5,1' }, () => {});
	expect(inpainted.view.text).toContain('pixels (reduced from 3000 × 2000)');
	bot.close();
});

test('tells a mistake by the user from a failed job', async () => {
	await start();
	const bot = await call();
	const wrong = await bot.open('generate', { steps: '0' }, () => {});
	expect(wrong).toMatchObject({ view: { state: 'failed', text: expect.stringMatching(/^steps must/) }, fault: 'user' });
	runner.failure = { message: 'It broke.', fault: 'internal' };
	const broken = await bot.open('generate', { prompt: 'a dog' }, () => {});
	expect(broken).toMatchObject({ view: { state: 'failed', text: 'It broke.' }, fault: 'internal' });
	bot.close();
});

test('hanging up cancels the request', async () => {
	await start();
	runner.holdAt = 1;
	const bot = await call();
	const running = new Promise<void>((resolve) => {
		void bot.open('generate', { prompt: 'a dog' }, ({ progress }) => progress && resolve());
	});
	await running;
	bot.close();
	await vi.waitFor(() => expect(store.lastEnded(60_000).map(({ state }) => state)).toEqual(['cancelled']), {
		timeout: 10_000,
	});
	expect(log.warn).not.toHaveBeenCalled();
});

test('a bot that is stopped during a request says so, and does not blame the user', async () => {
	await start();
	runner.holdAt = 1;
	const bot = await call();
	const outcome = bot.open('generate', { prompt: 'a dog' }, ({ progress }) => {
		if (!progress) return;
		desk.stop();
		void runner.close().then(stop);
	});
	expect(await outcome).toMatchObject({
		view: { state: 'failed', text: expect.stringMatching(/^The bot was stopped before this was done/) },
		fault: 'internal',
	});
});

describe('the socket', () => {
	test('is private to this user, whatever the umask', async () => {
		const usual = process.umask(0);
		try {
			await start();
		} finally {
			process.umask(usual);
		}
		expect((await stat(join(dataDir, 'flipside.sock'))).mode & 0o777).toBe(0o600);
	});

	test('disappears when the bot stops', async () => {
		await start();
		await stop?.();
		await expect(stat(join(dataDir, 'flipside.sock'))).rejects.toThrow(/ENOENT/);
		expect(await callBot(dataDir, blobs)).toBeUndefined();
	});

	test('left behind by a killed bot is ignored, and the next bot replaces it', async () => {
		await leaveStale(join(dataDir, 'flipside.sock'));
		expect(await callBot(dataDir, blobs)).toBeUndefined();
		await start();
		expect((await (await call()).models()).usable).toEqual(FAKE_MODELS);
	});

	test('is found when the data directory has a long path', async () => {
		const deep = join(dataDir, 'x'.repeat(110));
		await start(deep);
		const bot = await call(deep);
		expect((await bot.models()).usable).toEqual(FAKE_MODELS);
		bot.close();
		await stop?.();
		expect(await callBot(deep, blobs)).toBeUndefined();
	});

	test('that cannot be opened is logged, and does not stop the bot', async () => {
		await writeFile(join(dataDir, 'file'), '');
		stop = await listen({ desk, runner, dataDir: join(dataDir, 'file'), log });
		expect(log.warn).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.stringContaining('socket cannot be'));
	});
});

describe('callBot refuses', () => {
	let server: Server;
	afterEach(() => new Promise((resolve) => server.close(resolve)));
	const bot = (words: string) =>
		new Promise<void>((resolve) => {
			server = createServer((socket) => socket.end(words)).listen(join(dataDir, 'flipside.sock'), resolve);
		});

	test('a bot of another version', async () => {
		await bot('{"type":"hello","protocol":99,"version":"9.0.0"}\n');
		await expect(callBot(dataDir, blobs)).rejects.toThrow(
			/is version 9\.0\.0, which does not work with this version, \d+\.\d+\.\d+; restart the bot/,
		);
	});

	test.each(['', 'HTTP/1.1 400\n', '{"type":"other"}\n'])('a program that says %j instead of hello', async (words) => {
		await bot(words);
		await expect(callBot(dataDir, blobs)).rejects.toThrow(/does not answer; stop it, or add --alone/);
	});
});

test('an invalid message ends only its own connection', async () => {
	await start();
	const socket = connect(join(dataDir, 'flipside.sock'));
	socket.write('{"type":"request","command":"generate","options":{"image":{"blob":"../../etc/passwd","name":"x"}}}\n');
	await new Promise((resolve) => socket.resume().once('close', resolve));
	expect(runner.submitted).toEqual([]);
	expect((await (await call()).models()).usable).toEqual(FAKE_MODELS);
});

test('disconnects a client that keeps sending without waiting for answers', async () => {
	await start();
	runner.holdAt = 1;
	const socket = connect(join(dataDir, 'flipside.sock'));
	const question = '{"type":"request","command":"generate","options":{"prompt":"a dog"}}\n';
	socket.on('error', () => {}); // the close that follows is awaited
	const closed = new Promise((resolve) => socket.resume().once('close', resolve));
	socket.write(question);
	await vi.waitFor(() => expect(runner.submitted).toHaveLength(1), { timeout: 10_000 });
	socket.write(question.repeat(2 * Math.ceil(2 ** 20 / question.length)));
	await closed;
	await vi.waitFor(() => expect(store.lastEnded(60_000).map(({ state }) => state)).toEqual(['cancelled']), {
		timeout: 10_000,
	});
	expect((await (await call()).models()).usable).toEqual(FAKE_MODELS);
	expect(runner.submitted).toHaveLength(1);
});

test('stops answering a client that does not read, until it does', async () => {
	await start();
	const models = vi.spyOn(runner, 'models');
	const socket = connect(join(dataDir, 'flipside.sock'));
	const count = 20_000;
	socket.write('{"type":"models"}\n'.repeat(count));
	let before = -1;
	while (models.mock.calls.length > before) {
		before = models.mock.calls.length;
		await delay(500);
	}
	expect(before).toBeGreaterThan(0);
	expect(before).toBeLessThan(count / 2);
	let lines = 0;
	for await (const chunk of socket) {
		lines += String(chunk).split('\n').length - 1;
		if (lines === count + 1) break;
	}
	expect(models).toHaveBeenCalledTimes(count);
});

/** Leaves a socket as a killed process does. */
async function leaveStale(path: string): Promise<void> {
	const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
	expect(() => execFileSync(process.execPath, ['-e', script, path])).toThrow();
	expect((await stat(path)).isSocket()).toBe(true);
}
