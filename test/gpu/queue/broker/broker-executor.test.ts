import { afterAll, beforeAll, describe } from 'vitest';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { executorContract } from '../executor-contract.ts';
import { executorWithWorker, uniqueQueue } from './harness.ts';

describe.skipIf(NO_REDIS)(`remote workers${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	beforeAll(async () => {
		server = await RedisServer.start();
	});
	afterAll(() => server?.close());

	executorContract('broker', (folder) => executorWithWorker({ url: server.url, queue: uniqueQueue(), folder }, 2));
});
