/** The contract of runners with remote workers; in every run of the tests the contract of executors holds with them. */
import { createQueuedRunner } from '../../../../gpu/queue/queued-runner.ts';
import { runnerContract } from '../runner-contract.ts';
import { executorWithWorker, uniqueQueue } from './harness.ts';
import { describeOnBroker } from './on-a-broker.ts';

describeOnBroker('remote workers', (broker) => {
	runnerContract('broker', ({ concurrency, jobTimeoutMs, dataDir: folder }) => {
		const executor = executorWithWorker({ url: broker.server.url, queue: uniqueQueue(), folder }, concurrency);
		return createQueuedRunner(executor, { jobTimeoutMs });
	});
});
