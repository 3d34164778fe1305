/** In which order waiting jobs will start if no others come: one pass over a line of any length. */

/** A job that waits for its turn. */
export interface Waiter {
	/** Unique among the waiting jobs. */
	readonly id: string;
	/** Different owners take turns. */
	readonly owner: string;
	/** It does not start while this many of its owner's jobs are running, at least 1; absent: no limit. */
	readonly maxRunning?: number;
	/** Its owner's turn was spent on it before, in vain. */
	readonly isBack?: boolean;
}

/** What decides, apart from turns and limits, whether a waiting job may start. */
export interface Readiness<Job> {
	/** Whether it may start now; absent: each may. */
	readonly fits?: (job: Job) => boolean;
	/** Whether it cannot start for now whatever ends, so that it gets ahead of nobody; absent: each can. */
	readonly isStuck?: (job: Job) => boolean;
}

/** @param running the owners of the running jobs */
export function mayStart(
	{ owner, maxRunning = Number.POSITIVE_INFINITY }: Waiter,
	running: readonly string[],
): boolean {
	let own = 0;
	for (const other of running) if (other === owner) own++;
	return own < maxRunning;
}

/**
 * The jobs in the order in which they will start, if the running ones end in the order in which they started.
 *
 * @param waiting in the order in which they would start without their owners' limits
 * @param running the owners of the running jobs, in the order in which these started
 * @param slots how many jobs run at the same time, at least 1
 */
export function startingOrder<Job extends Waiter>(
	waiting: readonly Job[],
	running: readonly string[],
	slots: number,
): readonly Job[] {
	const owners = [...running];
	const order: Job[] = [];
	/** Places of jobs that had to let later ones go ahead, by owner and limit: if the first of a list may not start, none may. */
	const passed = new Map<string, Map<number | undefined, number[]>>();
	/** Owners of whom a job has ended since. */
	const freed = new Set<string>();
	let next = 0;

	function start(job: Job): true {
		owners.push(job.owner);
		order.push(job);
		return true;
	}

	function startPassed(): boolean {
		let first: number[] | undefined;
		for (const owner of freed) {
			const lists = [...(passed.get(owner)?.values() ?? [])];
			const ready = lists.filter(([place]) => place !== undefined && mayStart(waiting[place], owners));
			if (ready.length === 0) freed.delete(owner);
			for (const list of ready) if (!first || list[0] < first[0]) first = list;
		}
		return first !== undefined && start(waiting[first.shift()!]);
	}

	function startNext(): boolean {
		while (next < waiting.length) {
			const job = waiting[next++];
			if (mayStart(job, owners)) return start(job);
			const lists = passed.get(job.owner) ?? new Map<number | undefined, number[]>();
			const list = lists.get(job.maxRunning) ?? [];
			list.push(next - 1);
			passed.set(job.owner, lists.set(job.maxRunning, list));
		}
		return false;
	}

	while (order.length < waiting.length) {
		if (owners.length < slots && (startPassed() || startNext())) continue;
		freed.add(owners.shift()!);
	}
	return order;
}
