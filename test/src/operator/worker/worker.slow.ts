/** A real worker and a real bot's request, in processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAUNCHER } from '../../../../gpu/queue/spawn.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { CLI, runFlipside } from '../../../fakes/run-flipside.ts';
import { until } from '../../../fakes/until.ts';

let server: RedisServer | undefined;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'flipside-worker-'));
});
afterAll(async () => {
	await server?.close();
	await rm(folder, { recursive: true, force: true });
});

const envOf = (machine: string) => {
	return { PATH: process.env.PATH, DATA_DIR: join(folder, machine), DEVICES: 'cpu', QUEUE_URL: server?.url };
};

test.skipIf(NO_REDIS)(`a picture comes from a worker${NO_REDIS ? ` (${NO_REDIS})` : ''}`, async () => {
	server = await RedisServer.start();
	const worker = spawn(process.execPath, [LAUNCHER, CLI, 'worker'], { env: envOf('worker'), cwd: folder });
	const ended = once(worker, 'close');
	let printed = '';
	for (const stream of [worker.stdout, worker.stderr]) {
		stream.on('data', (chunk) => {
			printed += chunk;
		});
	}
	await until('the worker', () => printed.includes('Ready with the model emoji-if'), 120_000);
	const words = ['generate', 'a photo of a dog', '--seed', '180', '--steps', '3', '--json'];
	const { status, stdout } = await runFlipside(words, { cwd: folder, env: envOf('bot') });
	expect(status).toBe(0);
	const { images, job } = JSON.parse(stdout);
	expect(images).toMatchObject([{ width: 256, height: 256 }]);
	expect(job).toMatchObject({ kind: 'generate', model: 'emoji-if', seed: 180 });
	worker.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	expect(printed).not.toContain(server.url);
});
