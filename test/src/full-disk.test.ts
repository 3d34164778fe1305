/** Processes of our own whose standard output goes to a full disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';
import { readyFile } from '../../src/readiness.ts';
import { CLI } from '../fakes/run-flipside.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-full-disk-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function start(...words: string[]): Promise<ChildProcess> {
	const full = await open('/dev/full', 'w');
	const env = { PATH: process.env.PATH, DATA_DIR: join(directory, 'data'), CONSOLE_PORT: '0' };
	const argv = [LAUNCHER, ...words];
	const child = spawn(process.execPath, argv, { cwd: directory, env, stdio: ['ignore', full.fd, 'pipe'] });
	await full.close();
	return child;
}

describe.skipIf(process.platform !== 'linux')('a full disk behind standard output', () => {
	test('is told in one sentence by the command line', async () => {
		const child = await start(CLI, 'help');
		const [stderr] = await Promise.all([text(child.stderr!), once(child, 'close')]);
		expect(stderr).toMatch(
			/^What this prints cannot be written \(ENOSPC: .*\); make room there, or send it elsewhere\.\n$/,
		);
		expect(child.exitCode).toBe(1);
	});

	test('does not end the bot', async () => {
		const bot = await start(MAIN);
		const ended = Promise.all([text(bot.stderr!), once(bot, 'close')]);
		try {
			const isReady = () => expect(existsSync(readyFile(join(directory, 'data')))).toBe(true);
			await vi.waitFor(isReady, { timeout: 60_000, interval: 100 });
		} finally {
			bot.kill();
		}
		const [stderr] = await ended;
		expect(stderr).not.toContain('ENOSPC');
		expect(bot.exitCode).toBe(0);
	});
});
