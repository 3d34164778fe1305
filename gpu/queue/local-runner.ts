/** The JobRunner of a single machine: a waiting line in this process, and worker processes that run the jobs. */
import { createMachineExecutor, type MachineExecutorOptions } from './machine-executor.ts';
import { createQueuedRunner, type QueuedRunnerOptions } from './queued-runner.ts';
import type { JobRunner } from './runner.ts';

export type LocalRunnerOptions = MachineExecutorOptions & QueuedRunnerOptions;

export function createLocalRunner(options: LocalRunnerOptions): JobRunner {
	return createQueuedRunner(createMachineExecutor(options), options);
}
