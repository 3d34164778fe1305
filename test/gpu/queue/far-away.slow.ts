/** The contracts also hold across a network, without relying on immediate answers; in every run of the tests they hold locally. */
import { fileURLToPath } from 'node:url';
import { createLocalExecutor } from '../../../gpu/queue/local-executor.ts';
import { createQueuedRunner } from '../../../gpu/queue/queued-runner.ts';
import { farExecutor, farRunner } from '../../fakes/far-away.ts';
import { executorContract } from './executor-contract.ts';
import { runnerContract } from './runner-contract.ts';

const worker = { entry: fileURLToPath(new URL('../../fakes/worker.ts', import.meta.url)) };

runnerContract('far away, from a line whose executor is far away', ({ concurrency, jobTimeoutMs, dataDir }) => {
	const executor = farExecutor(createLocalExecutor({ concurrency, dataDir, worker }));
	return farRunner(createQueuedRunner(executor, { jobTimeoutMs }));
});

executorContract('far away', (dataDir) => farExecutor(createLocalExecutor({ concurrency: 2, dataDir, worker })));
