/** The JobRunner of a single machine: a waiting line in this process, and a worker process that runs the jobs. */
import { createLocalExecutor, type LocalExecutorOptions } from './local-executor.ts';
import { createQueuedRunner, type QueuedRunnerOptions } from './queued-runner.ts';
import type { JobRunner } from './runner.ts';

export type LocalRunnerOptions = LocalExecutorOptions & QueuedRunnerOptions;

export function createLocalRunner(options: LocalRunnerOptions): JobRunner {
	return createQueuedRunner(createLocalExecutor(options), options);
}
