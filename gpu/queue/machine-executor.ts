/** The executor of a machine: a worker process for each of its devices. */
import { availableParallelism } from 'node:os';
import type { DeviceName } from '../device.ts';
import type { Executor } from './executor.ts';
import { createFleetExecutor } from './fleet-executor.ts';
import { createLocalExecutor, type LocalExecutorOptions } from './local-executor.ts';

export interface MachineExecutorOptions extends Omit<LocalExecutorOptions, 'device'> {
	/** At least one, each with slots of its own. The CPU may be there several times. Default: the CPU. */
	readonly devices?: readonly DeviceName[];
	/** Threads of each CPU device; 0: they share the cores, the default. */
	readonly threads?: number;
}

export function createMachineExecutor(options: MachineExecutorOptions): Executor {
	const { devices = ['cpu'], threads = 0, worker, log, ...others } = options;
	const env = { ...worker?.env, THREADS: String(threads || threadsOf(devices)) };
	if (devices.length === 1) {
		return createLocalExecutor({ ...others, device: devices[0], worker: { ...worker, env }, log });
	}
	const executors = devices.map((device) =>
		createLocalExecutor({
			...others,
			device,
			worker: { ...worker, env },
			log: (line, severity, about) => log?.(line, severity, { device, ...about }),
		}),
	);
	return createFleetExecutor(executors, log);
}

/** As THREADS has it: 0, which is one per core, unless several CPU devices share them. */
function threadsOf(devices: readonly DeviceName[]): number {
	const cpus = devices.filter((device) => device === 'cpu').length;
	return cpus > 1 ? Math.max(1, Math.floor(availableParallelism() / cpus)) : 0;
}
