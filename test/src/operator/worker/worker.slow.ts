/** A real worker and a real bot, in processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAUNCHER } from '../../../../gpu/queue/spawn.ts';
import { startBotProcess, stopBotProcess } from '../../../fakes/bot-process.ts';
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

test.skipIf(NO_REDIS)(
	`pictures come from a worker, also after a second bot was refused${NO_REDIS ? ` (${NO_REDIS})` : ''}`,
	async () => {
		server = await RedisServer.start();
		const env = { ...envOf('worker'), LOG_LEVEL: 'info' };
		const worker = spawn(process.execPath, [LAUNCHER, CLI, 'worker'], { env, cwd: folder });
		const ended = once(worker, 'close');
		let printed = '';
		for (const stream of [worker.stdout, worker.stderr]) {
			stream.on('data', (chunk) => {
				printed += chunk;
			});
		}
		const botEnv = { ...envOf('bot'), CONSOLE_PORT: '0', CONSOLE_TOKEN: 'off' };
		const bot = await startBotProcess(botEnv, folder);
		await until('the worker', () => printed.includes('Ready with the model emoji-if'), 120_000);
		const generate = async (seed: string) => {
			const words = ['generate', 'a photo of a dog', '--seed', seed, '--steps', '3', '--json'];
			const { status, stdout } = await runFlipside(words, { cwd: folder, env: botEnv });
			expect(status).toBe(0);
			return JSON.parse(stdout);
		};
		const { images, job } = await generate('180');
		expect(images).toMatchObject([{ width: 256, height: 256 }]);
		expect(job).toMatchObject({ kind: 'generate', model: 'emoji-if', seed: 180 });
		// Under the id that the bot's log has, not the placement's.
		expect(printed).toMatch(/"request":"[\w-]+","msg":"a job started: generate with emoji-if"/);
		// A second bot in the same folder is refused, and the first one keeps its workers.
		await expect(startBotProcess(botEnv, folder)).rejects.toThrow('the bot ended');
		expect((await generate('181')).job).toMatchObject({ seed: 181 });
		await stopBotProcess(bot);
		worker.kill('SIGTERM');
		expect(await ended).toEqual([0, null]);
		expect(printed).not.toContain(server.url);
	},
);
