/** How much of the machine a training gets: what nothing else uses, or its share if others use all of it. */
import { availableParallelism, type CpuInfo, cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How many steps of priority (nice) a training is below the bot. If both want every core, it gets two sevenths on Linux, whose
 * schedulers weigh a step as a factor of 1.25 (kernel/sched/core.c, sched_prio_to_weight), more on macOS, and half on
 * Windows, which has no step that small. At the lowest priority it stood still while a class made pictures (bench/RESULTS.md).
 */
export const STEPS_BEHIND = 4;

const STEP = 1.25;

/** Long enough for bursty loads, and short enough that the caller hardly notices. */
const LOOK_MS = 500;

export interface Load {
	/** The share of the machine's time in use, 0..1. */
	readonly busy: number;
	/** How many threads want to run, on average; 0 if unknown (Windows). */
	readonly threads: number;
	readonly cores: number;
}

/** The share of the machine that a training would get alongside that load, 0..1. */
export function trainingShare({ busy, threads, cores }: Load): number {
	const others = Math.max(1, threads / cores);
	return Math.max(1 - busy, 1 / (1 + others * STEP ** STEPS_BEHIND));
}

/** The current load of this machine; takes half a second. */
export async function presentLoad(): Promise<Load> {
	const before = cpus();
	await sleep(LOOK_MS);
	return { busy: busyBetween(before, cpus()), threads: loadavg()[0], cores: availableParallelism() };
}

/**
 * The share of time used, 0..1, except by processes that lowered their own priority: those make room for a training. 0 if the
 * system reports nothing.
 */
export function busyBetween(before: readonly Pick<CpuInfo, 'times'>[], after: typeof before): number {
	const sum = (infos: typeof before, of: (times: CpuInfo['times']) => number) =>
		infos.reduce((total, { times }) => total + of(times), 0);
	const between = (of: (times: CpuInfo['times']) => number) => sum(after, of) - sum(before, of);
	const used = between(({ user, sys, irq }) => user + sys + irq);
	const all = used + between(({ nice, idle }) => nice + idle);
	return all > 0 ? used / all : 0;
}
