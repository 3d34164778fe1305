/** What a supervisor sees of a real bot process: exit statuses, sentences, readiness and leftovers. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';
import { openStore } from '../../src/store/open.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Starts a bot with a worker that is ready at once. */
const FAKE = fileURLToPath(new URL('../fakes/bot.ts', import.meta.url));

let directory: string;
let dataDir: string;
let bots: ChildProcess[];
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'flipside-supervised-'));
	dataDir = join(directory, 'data');
	bots = [];
});
afterEach(async () => {
	for (const bot of bots) {
		if (bot.exitCode !== null || bot.signalCode !== null) continue;
		bot.kill('SIGKILL');
		await once(bot, 'exit');
	}
	rmSync(directory, { recursive: true, force: true });
});

interface Run {
	readonly bot: ChildProcess;
	/** Its stdout so far. */
	printed(): string;
	/** Resolves when stdout matches. */
	says(what: string): Promise<unknown>;
	readonly ended: Promise<{ status: number | null; stderr: string }>;
}

function start(entry: string, { env = {}, files }: { env?: NodeJS.ProcessEnv; files?: number } = {}): Run {
	const all = { PATH: process.env.PATH, DATA_DIR: dataDir, CONSOLE_PORT: '0', LOG_LEVEL: 'error', ...env };
	const argv = [LAUNCHER, entry];
	const bot = files
		? spawn('sh', ['-c', `ulimit -n ${files}; exec "$@"`, 'sh', process.execPath, ...argv], {
				env: all,
				cwd: directory,
			})
		: spawn(process.execPath, argv, { env: all, cwd: directory });
	bots.push(bot);
	let out = '';
	bot.stdout.on('data', (chunk) => {
		out += chunk;
	});
	const ended = Promise.all([text(bot.stderr), once(bot, 'close')]).then(([stderr]) => {
		return { status: bot.exitCode, stderr };
	});
	const says = (what: string) => expect.poll(() => out, { timeout: 60_000 }).toContain(what);
	return { bot, printed: () => out, says, ended };
}

/** The running processes of this machine. */
function processes() {
	const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
	return lines
		.filter((line) => !line.includes('<defunct>'))
		.map((line) => {
			const [pid, parent, ...args] = line.trim().split(/\s+/);
			return { pid: Number(pid), parent: Number(parent), args: args.join(' ') };
		});
}

/** File names in the data directory that show a running bot. */
const traces = () => readdirSync(dataDir).filter((name) => /sock|ready|\.[0-9a-f-]{36}$/.test(name));

describe('a bot that is told to end', () => {
	test.skipIf(process.platform === 'win32').each([1, 2])('ends its children too, on %i signals', async (signals) => {
		const { bot, says, ended } = start(FAKE);
		await says('Ready');
		const children = processes().filter(({ parent }) => parent === bot.pid);
		expect(children).not.toEqual([]);
		for (let i = 0; i < signals; i++) bot.kill('SIGTERM');
		expect((await ended).status).toBe(0);
		// The daily copy's process starts about now, and has the data directory in its arguments.
		const left = () =>
			processes().filter(({ pid, args }) => args.includes(dataDir) || children.some((child) => child.pid === pid));
		await expect.poll(left).toEqual([]);
	});

	test.each(['SIGTERM', 'SIGINT'] as const)('by %s before it is ready ends with status 0', async (signal) => {
		// A bot is not ready without models.
		const { bot, says, ended, printed } = start(FAKE, { env: { FAKE_WORKER: 'silent' } });
		await says('The console is open');
		bot.kill(signal);
		expect(await ended).toEqual({ status: 0, stderr: '' });
		expect(printed()).not.toContain('Ready');
		expect(traces()).toEqual([]);
	});

	test('while it is loading ends with status 0', async () => {
		const { bot, ended } = start(MAIN);
		// Its data directory exists long before it listens.
		await expect.poll(() => existsSync(dataDir), { timeout: 60_000, interval: 5 }).toBe(true);
		bot.kill('SIGTERM');
		expect(await ended).toEqual({ status: 0, stderr: '' });
		expect(traces()).toEqual([]);
	});

	test('while it waits for a locked database ends at once with status 0', async () => {
		mkdirSync(dataDir, { mode: 0o700 });
		const other = new Libsql(join(dataDir, 'flipside.db'));
		other.exec('BEGIN EXCLUSIVE');
		const { bot, ended } = start(FAKE);
		await expect.poll(() => existsSync(join(dataDir, 'flipside.lock')), { timeout: 60_000, interval: 5 }).toBe(true);
		bot.kill('SIGTERM');
		const began = performance.now();
		expect(await ended).toEqual({ status: 0, stderr: '' });
		expect(performance.now() - began).toBeLessThan(2000);
		other.close();
		expect(traces()).toEqual([]);
	});

	test('when it is ready ends with status 0 and removes its ready file', async () => {
		const { bot, says, ended } = start(FAKE);
		await says('Ready');
		const ready = join(dataDir, 'flipside.ready');
		expect(readFileSync(ready, 'utf8')).toBe(`${bot.pid}\n`);
		expect(statSync(ready).mode & 0o777).toBe(0o600);
		expect(existsSync(join(dataDir, 'flipside.sock'))).toBe(true);
		bot.kill('SIGTERM');
		expect(await ended).toEqual({ status: 0, stderr: '' });
		expect(traces()).toEqual([]);
		openStore(dataDir, true, (sentence) => expect.fail(sentence)).close();
	});

	test('twice ends at once, also without leftovers', async () => {
		const { bot, says, ended } = start(FAKE);
		await says('Ready');
		bot.kill('SIGTERM');
		bot.kill('SIGINT');
		const began = performance.now();
		expect((await ended).status).toBe(0);
		expect(performance.now() - began).toBeLessThan(1000);
		expect(traces()).toEqual([]);
	});
});

test('the leftovers of a killed bot do not disturb the next one, which removes them', async () => {
	const first = start(FAKE);
	await first.says('Ready');
	first.bot.kill('SIGKILL');
	await first.ended;
	expect(traces()).toEqual(['flipside.ready', 'flipside.sock']);
	const second = start(FAKE, { env: { FAKE_WORKER: 'silent' } });
	await second.says('The console is open');
	expect(traces()).toEqual(['flipside.sock']);
	second.bot.kill('SIGTERM');
	expect((await second.ended).status).toBe(0);
	expect(traces()).toEqual([]);
});

test('a bot is ready once every platform has started', async () => {
	const key = join(directory, 'key');
	const { bot, says, ended, printed } = start(FAKE, { env: { ROOM_KEY: key } });
	await says('Ready');
	await delay(500);
	expect(printed()).not.toContain('The room is open.');
	expect(traces()).toEqual(['flipside.sock']);
	writeFileSync(key, '');
	await says('The room is open.');
	await expect.poll(traces).toEqual(['flipside.ready', 'flipside.sock']);
	bot.kill('SIGTERM');
	expect((await ended).status).toBe(0);
});

test('systemd is notified', async () => {
	const told = join(directory, 'told');
	const bin = join(directory, 'bin');
	mkdirSync(bin);
	writeFileSync(join(bin, 'systemd-notify'), `#!/bin/sh\necho "$NOTIFY_SOCKET $*" > ${told}\n`, { mode: 0o755 });
	const env = { PATH: [bin, process.env.PATH].join(delimiter), NOTIFY_SOCKET: '/run/notify' };
	const { bot, ended } = start(FAKE, { env });
	await expect
		.poll(() => existsSync(told) && readFileSync(told, 'utf8'), { timeout: 60_000 })
		.toBe('/run/notify --ready\n');
	bot.kill('SIGTERM');
	expect((await ended).status).toBe(0);
});

describe('a failed start ends with a sentence and status 2:', () => {
	async function refusal(options?: Parameters<typeof start>[1]): Promise<string> {
		const { status, stderr } = await start(MAIN, options).ended;
		expect(stderr).toMatch(/^[^\n]+\n$/);
		expect(status).toBe(2);
		return stderr;
	}

	test('a DATA_DIR that cannot be created', async () => {
		writeFileSync(dataDir, '');
		dataDir = join(dataDir, 'below');
		expect(await refusal()).toMatch(/^DATA_DIR cannot be used: ENOTDIR.*; set DATA_DIR to a folder/);
	});

	test('a DATA_DIR that is read-only', async () => {
		mkdirSync(dataDir);
		writeFileSync(join(dataDir, 'flipside.db'), '');
		// Even the superuser cannot write here.
		if (process.getuid?.() === 0) dataDir = '/proc/sys';
		else chmodSync(dataDir, 0o500);
		expect(await refusal()).toMatch(/^DATA_DIR cannot be used: E\w+.*; set DATA_DIR to a folder/);
		if (process.getuid?.() !== 0) chmodSync(dataDir, 0o700);
	});

	test('a lock that is not a file', async () => {
		mkdirSync(join(dataDir, 'flipside.lock'), { recursive: true });
		expect(await refusal()).toMatch(/^The lock \S+flipside\.lock cannot be taken \(.*\); make sure that/);
	});

	test('a database that is a folder', async () => {
		mkdirSync(join(dataDir, 'flipside.db'), { recursive: true });
		expect(await refusal()).toMatch(/^(The database|DATA_DIR) .*; (see|set) /);
	});

	test('a database that another program keeps locked', async () => {
		mkdirSync(dataDir);
		const other = new Libsql(join(dataDir, 'flipside.db'));
		other.exec('BEGIN EXCLUSIVE');
		expect(await refusal()).toMatch(
			/^Another program has locked the database \S+flipside\.db; close that program first\.$/m,
		);
		other.close();
	});

	test.skipIf(process.platform !== 'linux')('only 64 open files', async () => {
		expect(await refusal({ files: 64 })).toMatch(/ulimit -n/);
	});
});

test('a damaged lock file still works', async () => {
	mkdirSync(dataDir);
	writeFileSync(join(dataDir, 'flipside.lock'), 'This is a text.'.repeat(100));
	const first = start(FAKE);
	await first.says('Ready');
	const second = await start(FAKE).ended;
	expect(second.stderr).toContain('Another bot process is using the data directory');
	first.bot.kill('SIGTERM');
	expect((await first.ended).status).toBe(0);
});
