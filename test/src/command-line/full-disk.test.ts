/** The command line as a process of its own whose output cannot be written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { LAUNCHER } from '../../../gpu/queue/spawn.ts';
import { CLI } from '../../fakes/run-flipside.ts';

test.skipIf(process.platform !== 'linux')('a full disk behind standard output is told in one sentence', async () => {
	const full = await open('/dev/full', 'w');
	const child = spawn(process.execPath, [LAUNCHER, CLI, 'help'], {
		cwd: tmpdir(),
		env: { PATH: process.env.PATH },
		stdio: ['ignore', full.fd, 'pipe'],
	});
	const [stderr] = await Promise.all([text(child.stderr!), once(child, 'close')]);
	await full.close();
	expect(stderr).toMatch(
		/^What this prints cannot be written \(ENOSPC: .*\); make room there, or send it elsewhere\.\n$/,
	);
	expect(child.exitCode).toBe(1);
});
