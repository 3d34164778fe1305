/** How much of the machine a training gets: what nobody else wants, and its share where others want all of it. */
import { availableParallelism, type CpuInfo, cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Steps of priority that a training stands behind the bot (nice). Where both want every core it then gets two sevenths on
 * Linux, whose schedulers weigh a step 1.25 times (kernel/sched/core.c, sched_prio_to_weight), more on macOS, and on Windows,
 * which knows no step so small, half. At the lowest priority it stood still while a class made pictures (bench/RESULTS.md).
 */
export const STEPS_BEHIND = 4;

const STEP = 1.25;

/** Long enough for what works by fits and starts; whoever asks hardly notices. */
const LOOK_MS = 500;

export interface Load {
	/** Share of the machine's time that is used, in 0..1. */
	readonly busy: number;
	/** Threads that want to calculate, on average; 0 where nobody says (Windows). */
	readonly threads: number;
	readonly cores: number;
}

/** What a training would get of the machine beside that load, in 0..1. */
export function trainingShare({ busy, threads, cores }: Load): number {
	const others = Math.max(1, threads / cores);
	return Math.max(1 - busy, 1 / (1 + others * STEP ** STEPS_BEHIND));
}

/** Of this machine, now; takes half a second. */
export async function presentLoad(): Promise<Load> {
	const before = cpus();
	await sleep(LOOK_MS);
	return { busy: busyBetween(before, cpus()), threads: loadavg()[0], cores: availableParallelism() };
}

/**
 * Share of the time that was used, in 0..1, by those that have not stepped back of their own accord: they make room for a
 * training. 0 where nothing is told.
 */
export function busyBetween(before: readonly Pick<CpuInfo, 'times'>[], after: typeof before): number {
	const sum = (infos: typeof before, of: (times: CpuInfo['times']) => number) =>
		infos.reduce((total, { times }) => total + of(times), 0);
	const between = (of: (times: CpuInfo['times']) => number) => sum(after, of) - sum(before, of);
	const used = between(({ user, sys, irq }) => user + sys + irq);
	const all = used + between(({ nice, idle }) => nice + idle);
	return all > 0 ? used / all : 0;
}
