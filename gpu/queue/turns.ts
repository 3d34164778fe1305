/**
 * Owners taking turns: with ann1 ann2 ann3 bob1 cat1 submitted in this order, ann1 bob1 cat1 ann2 ann3 start in that one, also
 * when ann1 started before the others arrived.
 *
 * Source: start-time fair queueing (Goyal, Vin & Cheng 1996) with jobs of equal length. Every waiting job belongs to a
 * round, an owner has at most one job in each round, and nobody joins a round that is over. A job may also have to wait until
 * fewer of its owner's run; the others go ahead meanwhile.
 */

/** What waits for its turn. */
export interface Waiter {
	readonly id: string;
	readonly owner: string;
	/** It does not start while so many of its owner's run, at least 1. */
	readonly maxRunning: number;
}

export class Turns<Job extends Waiter> {
	/** In the order of their arrival. */
	#waiting: Job[] = [];
	/** The round of the job that started last. */
	#round = 0;
	/** The first round that is still open to an owner; owners without an entry may join the present one. */
	readonly #openRound = new Map<string, number>();
	/** Owners of the jobs that run, in the order in which these started. */
	readonly #running: string[] = [];

	/** Jobs that run. */
	get running(): number {
		return this.#running.length;
	}

	/** Jobs that may start now, as far as their owners go. */
	get ready(): number {
		return this.#waiting.filter((job) => mayStart(job, this.#running)).length;
	}

	get waiting(): readonly Job[] {
		return this.#waiting;
	}

	join(job: Job): void {
		this.#waiting.push(job);
	}

	/** Takes out the one whose turn it is; it runs from now on. */
	start(): Job | undefined {
		const next = this.#inOrder().find(({ job }) => mayStart(job, this.#running));
		if (!next) return undefined;
		this.#round = next.round;
		this.#openRound.set(next.job.owner, next.round + 1);
		for (const [owner, round] of this.#openRound) if (round <= this.#round) this.#openRound.delete(owner);
		this.leave(next.job.id);
		this.#running.push(next.job.owner);
		return next.job;
	}

	/** A job that was started is over. */
	ended(owner: string): void {
		const index = this.#running.indexOf(owner);
		if (index !== -1) this.#running.splice(index, 1);
	}

	leave(id: string): void {
		this.#waiting = this.#waiting.filter((job) => job.id !== id);
	}

	/**
	 * Ids of the waiting jobs in the order in which they will start, if nobody else comes and the jobs that run end in the
	 * order in which they started.
	 *
	 * @param slots jobs that run at the same time
	 */
	order(slots: number): string[] {
		const waiting = this.#inOrder().map(({ job }) => job);
		const running = [...this.#running];
		const order: string[] = [];
		while (waiting.length > 0) {
			const index = running.length < slots ? waiting.findIndex((job) => mayStart(job, running)) : -1;
			if (index === -1) {
				running.shift();
				continue;
			}
			const [next] = waiting.splice(index, 1);
			running.push(next.owner);
			order.push(next.id);
		}
		return order;
	}

	/** Ids of the waiting jobs that nobody who comes later can get before: it is their owners' turn in the present round. */
	settled(): string[] {
		return this.#inOrder()
			.filter(({ job, round }) => round <= this.#round && mayStart(job, this.#running))
			.map(({ job }) => job.id);
	}

	#inOrder(): { job: Job; round: number }[] {
		const openRound = new Map(this.#openRound);
		const rounds = this.#waiting.map((job) => {
			const round = openRound.get(job.owner) ?? this.#round;
			openRound.set(job.owner, round + 1);
			return { job, round };
		});
		return rounds.sort((a, b) => a.round - b.round); // stable: within a round, first come first served
	}
}

const mayStart = ({ owner, maxRunning }: Waiter, running: readonly string[]) =>
	running.filter((other) => other === owner).length < maxRunning;
