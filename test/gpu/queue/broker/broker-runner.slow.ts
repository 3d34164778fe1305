/** The contract of runners with remote workers; in every run of the tests the contract of executors holds with them. */
import { afterAll, beforeAll, describe } from 'vitest';
import { createQueuedRunner } from '../../../../gpu/queue/queued-runner.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { runnerContract } from '../runner-contract.ts';
import { executorWithWorker, uniqueQueue } from './harness.ts';

describe.skipIf(NO_REDIS)(`remote workers${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	beforeAll(async () => {
		server = await RedisServer.start();
	});
	afterAll(() => server?.close());

	runnerContract('broker', ({ concurrency, jobTimeoutMs, dataDir: folder }) => {
		const executor = executorWithWorker({ url: server.url, queue: uniqueQueue(), folder }, concurrency);
		return createQueuedRunner(executor, { jobTimeoutMs });
	});
});
