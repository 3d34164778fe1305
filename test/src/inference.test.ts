import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/base/config.ts';
import { startInference } from '../../src/inference.ts';
import { NO_REDIS, RedisServer } from '../fakes/redis-server.ts';

let dataDir: string;
let server: RedisServer | undefined;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-inference-'));
});
afterEach(async () => {
	await server?.close();
	await rm(dataDir, { recursive: true });
});

test.skipIf(NO_REDIS)(
	`a bot with remote workers looks for no device of its own${NO_REDIS ? ` (${NO_REDIS})` : ''}`,
	async () => {
		server = await RedisServer.start();
		const said: string[] = [];
		const say = (_details: object, line: string) => void said.push(line);
		const log = { error: say, warn: say, info: say, debug: say };
		const config = readConfig([], { DATA_DIR: dataDir, QUEUE_URL: server.url });
		const warn = (line: string) => void said.push(line);
		const { runner, trainsOn } = await startInference(config, { role: 'bot', log, warn });
		expect(trainsOn).toHaveProperty('hasTrained');
		await runner.close();
		expect(said).toEqual([]);
	},
);
