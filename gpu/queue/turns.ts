/**
 * Owners take turns: if ann1 ann2 ann3 bob1 cat1 are submitted in this order, they start in the order ann1 bob1 cat1 ann2 ann3,
 * even if ann1 started before the others arrived.
 *
 * Source: start-time fair queueing (Goyal, Vin & Cheng 1996) with jobs of equal length. Every waiting job belongs to a
 * round, an owner has at most one job in each round, and nobody joins a round that has ended. A job may also have to wait
 * until fewer of its owner's jobs are running; the others go ahead meanwhile.
 */
import { mayStart, type Readiness, startingOrder, type Waiter } from './starting-order.ts';

/** Where the waiting jobs are. */
export interface Standing {
	/**
	 * Their ids in the order in which they will start, if no others come and the running jobs end in the order in which they
	 * started.
	 */
	readonly order: readonly string[];
	/** Ids of those that no later job can get ahead of: it is their owners' turn in the current round. */
	readonly settled: ReadonlySet<string>;
}

export class Turns<Job extends Waiter> {
	readonly #readiness: Readiness<Job>;
	/** In order of arrival, but those that are back first. */
	readonly #back = new Map<string, Job>();
	readonly #fresh = new Map<string, Job>();
	/** The round of the job that started last. */
	#round = 0;
	/** The first round that is still open to an owner; owners without an entry may join the current one. */
	readonly #openRound = new Map<string, number>();
	/** Owners of the running jobs, in the order in which these started. */
	readonly #running: string[] = [];

	constructor(readiness: Readiness<Job> = {}) {
		this.#readiness = readiness;
	}

	/** How many jobs are running. */
	get running(): number {
		return this.#running.length;
	}

	get waiting(): readonly Job[] {
		return [...this.#back.values(), ...this.#fresh.values()];
	}

	/** One that is back goes ahead of all that are not. */
	join(job: Job): void {
		(job.isBack ? this.#back : this.#fresh).set(job.id, job);
	}

	/** Takes out the job whose turn it is; it counts as running from now on. */
	start(): Job | undefined {
		// Cheaper than to put a long line in order in vain.
		if (!this.#someMayStart()) return undefined;
		const next = this.#inOrder().find(({ job }) => this.#mayStart(job));
		if (!next) return undefined;
		this.#round = next.round;
		if (!next.job.isBack) this.#openRound.set(next.job.owner, next.round + 1);
		for (const [owner, round] of this.#openRound) if (round <= this.#round) this.#openRound.delete(owner);
		this.leave(next.job.id);
		this.#running.push(next.job.owner);
		return next.job;
	}

	/** Records that a started job has ended. */
	ended(owner: string): void {
		const index = this.#running.indexOf(owner);
		if (index !== -1) this.#running.splice(index, 1);
	}

	leave(id: string): void {
		if (!this.#back.delete(id)) this.#fresh.delete(id);
	}

	/** @param slots how many jobs run at the same time */
	standing(slots: number): Standing {
		const waiting = this.#inOrder();
		const isSettled = ({ job, round }: InRound<Job>) => round <= this.#round && mayStart(job, this.#running);
		const jobs = waiting.map(({ job }) => job);
		return {
			order: startingOrder(jobs, this.#running, slots).map(({ id }) => id),
			settled: new Set(waiting.filter(isSettled).map(({ job }) => job.id)),
		};
	}

	#someMayStart(): boolean {
		for (const line of [this.#back, this.#fresh]) {
			for (const job of line.values()) if (this.#mayStart(job)) return true;
		}
		return false;
	}

	#mayStart(job: Job): boolean {
		return mayStart(job, this.#running) && (this.#readiness.fits?.(job) ?? true);
	}

	#inOrder(): readonly InRound<Job>[] {
		const openRound = new Map(this.#openRound);
		const rounds = this.waiting.map((job) => {
			if (this.#readiness.isStuck?.(job)) return { job, round: Number.POSITIVE_INFINITY };
			if (job.isBack) return { job, round: this.#round };
			const round = openRound.get(job.owner) ?? this.#round;
			openRound.set(job.owner, round + 1);
			return { job, round };
		});
		return rounds.sort((a, b) => a.round - b.round); // stable: within a round, first come first served
	}
}

interface InRound<Job> {
	readonly job: Job;
	readonly round: number;
}
