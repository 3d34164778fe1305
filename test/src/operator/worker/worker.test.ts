import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../../src/base/config.ts';
import { runWorker } from '../../../../src/operator/worker/worker.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';

let dataDir: string;
let server: RedisServer | undefined;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-worker-'));
});
afterEach(async () => {
	await server?.close();
	await rm(dataDir, { recursive: true });
});

/** Why a worker with these settings does not start. */
async function refusal(settings: Readonly<Record<string, string>>): Promise<unknown> {
	const config = () => readConfig([], { DATA_DIR: dataDir, DEVICES: 'cpu', ...settings });
	return runWorker({ config, print: () => {}, complain: () => {} }).catch((error: unknown) => error);
}

test('without a broker there is no worker', async () => {
	expect(await refusal({})).toEqual(
		new ConfigError(
			"QUEUE_URL is not set, so there is no bot to work for; set it as on the bot's machine (docs/scale.md).",
		),
	);
});

test.skipIf(NO_REDIS)(`nor with a wrong password${NO_REDIS ? ` (${NO_REDIS})` : ''}`, async () => {
	server = await RedisServer.start({ options: ['--requirepass', 'the right one'] });
	expect(await refusal({ QUEUE_URL: server.url.replace('//', '//:another@') })).toEqual(
		new ConfigError('The broker refuses the password in QUEUE_URL; correct it there.'),
	);
});
