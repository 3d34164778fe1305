/**
 * The waiting line, in which owners take turns: with ann1 ann2 ann3 bob1 cat1 submitted in this order, ann1 bob1 cat1
 * ann2 ann3 start in that one, also when ann1 started before the others arrived.
 *
 * Source: start-time fair queueing (Goyal, Vin & Cheng 1996) with jobs of equal length. Every waiting job belongs to a
 * round, an owner has at most one job in each round, and nobody joins a round that is over.
 */
import type { Queue, QueueAddOptions } from 'p-queue';

/** What p-queue hands over with a job. */
export interface FairOptions extends QueueAddOptions {
	readonly owner: string;
}

type Run = () => Promise<unknown>;

interface Waiting {
	readonly run: Run;
	readonly id: string;
	readonly owner: string;
}

/** A queueClass for p-queue. */
export class FairQueue implements Queue<Run, FairOptions> {
	/** In the order of their arrival. */
	#waiting: Waiting[] = [];
	/** The round of the job that started last. */
	#round = 0;
	/** The first round that is still open to an owner; owners without an entry may join the present one. */
	#openRound = new Map<string, number>();

	get size(): number {
		return this.#waiting.length;
	}

	enqueue(run: Run, options: Partial<FairOptions> = {}): void {
		const { id, owner } = options;
		if (id === undefined || owner === undefined) throw new TypeError('FairQueue: a job needs an id and an owner');
		this.#waiting.push({ run, id, owner });
	}

	dequeue(): Run | undefined {
		const next = this.#inOrder()[0];
		if (!next) return undefined;
		this.#round = next.round;
		this.#openRound.set(next.job.owner, next.round + 1);
		for (const [owner, round] of this.#openRound) if (round <= this.#round) this.#openRound.delete(owner);
		this.remove(next.job.id);
		return next.job.run;
	}

	remove(id: string): void {
		this.#waiting = this.#waiting.filter((job) => job.id !== id);
	}

	/** Ids of the waiting jobs in the order in which they will start, if nobody else comes. */
	ids(): string[] {
		return this.#inOrder().map(({ job }) => job.id);
	}

	/** All waiting jobs: p-queue asks by priority, and here all have the same. */
	filter(): Run[] {
		return this.#waiting.map(({ run }) => run);
	}

	setPriority(): never {
		throw new Error('FairQueue: jobs have no priority; their owners take turns');
	}

	#inOrder(): { job: Waiting; round: number }[] {
		const openRound = new Map(this.#openRound);
		const rounds = this.#waiting.map((job) => {
			const round = openRound.get(job.owner) ?? this.#round;
			openRound.set(job.owner, round + 1);
			return { job, round };
		});
		return rounds.sort((a, b) => a.round - b.round); // stable: within a round, first come first served
	}
}
