/** A real bot process, and real command-line processes beside it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LAUNCHER } from '../../../gpu/queue/spawn.ts';
import { openStore } from '../../../src/store/open.ts';
import { RequestStore } from '../../../src/store/requests.ts';

/** Has a fake worker whose only model is called `fake`; a command line that works alone has the bundled model. */
const BOT = fileURLToPath(new URL('../../fakes/bot.ts', import.meta.url));
const COMMAND_LINE = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

let directory: string;
let bot: ChildProcess;
/** The data directory, in `directory`. */
let data = 'data';

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-processes-'));
	bot = start(BOT);
	for await (const line of createInterface({ input: bot.stdout! })) if (line.startsWith('Ready')) break;
	bot.stdout!.resume();
});
afterAll(async () => {
	if (bot.exitCode === null && bot.signalCode === null) {
		bot.kill('SIGKILL');
		await once(bot, 'exit');
	}
	await rm(directory, { recursive: true, force: true });
});

function start(entry: string, ...words: string[]): ChildProcess {
	const env = { PATH: process.env.PATH, DATA_DIR: join(directory, data), CONSOLE_PORT: '0' };
	const argv = [LAUNCHER, entry, ...words];
	return spawn(process.execPath, argv, { env, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess) {
	const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
	return { status: child.exitCode, stdout, stderr };
}

const flipside = (...words: string[]) => ended(start(COMMAND_LINE, ...words));

/** The stored record of the newest request. */
function newest() {
	const { database, close } = openStore(join(directory, 'data'), false, (sentence) => expect.fail(sentence));
	const row = database.prepare('SELECT id FROM requests ORDER BY created DESC, rowid DESC LIMIT 1').get();
	const record = new RequestStore(database).get((row as { id: string }).id);
	close();
	return record;
}

test('Ctrl+C cancels the job in the bot', async () => {
	const child = start(COMMAND_LINE, 'generate', 'sleep', '20000');
	await vi.waitFor(() => expect(newest()).toMatchObject({ state: 'running' }), { timeout: 30_000, interval: 100 });
	child.kill('SIGINT');
	expect(await ended(child)).toMatchObject({ status: 130, stdout: '' });
	await vi.waitFor(() => expect(newest()).toMatchObject({ state: 'cancelled' }), { timeout: 10_000, interval: 100 });
});

test('the bot then does other work, and the command line writes the pictures', async () => {
	const run = await flipside('generate', 'paint', '40', '--seed', '7', '-q', '--json', '--out', 'pictures');
	expect(run).toMatchObject({ status: 0, stderr: '' });
	const answer = JSON.parse(run.stdout);
	expect(Object.keys(answer)).toEqual(['command', 'seed', 'images', 'text', 'seconds', 'job']);
	expect(answer).toMatchObject({ command: 'generate', seed: 7, job: { kind: 'generate', model: 'fake' } });
	const [{ path, width, alt }] = answer.images;
	expect(alt).toContain('paint 40');
	expect(await sharp(await readFile(join(directory, path))).metadata()).toMatchObject({ format: 'png', width });
	expect(newest()).toMatchObject({ state: 'done', owner: { id: 'cli:local' } });
});

test('exit statuses and messages are the same as without a bot', async () => {
	const [refused, broken] = await Promise.all([
		flipside('generate', 'user error', '-q'),
		flipside('generate', 'internal error', '-q'),
	]);
	expect(refused).toEqual({ status: 2, stdout: '', stderr: 'No such thing.\n' });
	expect(broken).toEqual({ status: 1, stdout: '', stderr: 'Broken.\n' });
});

test('--alone does the work in its own process', async () => {
	const run = await flipside('models', '--alone');
	expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/^emoji-if \(the default\)/) });
});

test('a second bot is refused in one sentence', async () => {
	const run = await ended(start(fileURLToPath(new URL('../../../src/main.ts', import.meta.url))));
	expect(run).toMatchObject({ status: 2, stdout: '' });
	expect(run.stderr).toMatch(/^Another bot process is using the data directory [^\n]*\n$/);
});

test('the command line does the work itself after the bot was killed', async () => {
	bot.kill('SIGKILL');
	await once(bot, 'exit');
	expect(await flipside('words', 'list')).toEqual({ status: 0, stderr: '', stdout: 'No words are forbidden.\n' });
});

test('a damaged database is set aside with a message on stderr', async () => {
	// A folder of its own, because this process may still be writing what it had open in the other.
	data = 'damaged';
	await mkdir(join(directory, data));
	await writeFile(join(directory, data, 'flipside.db'), 'This is a text.'.repeat(100));
	const run = await flipside('words', 'list');
	expect(run.stderr).toMatch(/^The database .* was damaged\. It was set aside as [^\n]*\n$/);
	expect(run).toMatchObject({ status: 0, stdout: 'No words are forbidden.\n' });
	expect((await flipside('words', 'list')).stderr).toBe('');
});
