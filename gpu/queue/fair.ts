/**
 * The waiting line, in which owners take turns: with ann1 ann2 ann3 bob1 cat1 submitted in this order, ann1 bob1 cat1
 * ann2 ann3 start in that one, also when ann1 started before the others arrived.
 *
 * Source: start-time fair queueing (Goyal, Vin & Cheng 1996) with jobs of equal length. Every waiting job belongs to a
 * round, an owner has at most one job in each round, and nobody joins a round that is over. A job may also have to wait until
 * fewer of its owner's run; the others go ahead meanwhile.
 */
import type { Queue, QueueAddOptions } from 'p-queue';

/** What p-queue hands over with a job. */
export interface FairOptions extends QueueAddOptions {
	readonly owner: string;
	/** It does not start while so many of its owner's run; absent: whatever runs. */
	readonly maxRunning?: number;
}

type Run = () => Promise<unknown>;

interface WaitingJob {
	readonly run: Run;
	readonly id: string;
	readonly owner: string;
	readonly maxRunning: number;
}

/** A queueClass for p-queue. */
export class FairQueue implements Queue<Run, FairOptions> {
	/** In the order of their arrival. */
	#waiting: WaitingJob[] = [];
	/** The round of the job that started last. */
	#round = 0;
	/** The first round that is still open to an owner; owners without an entry may join the present one. */
	#openRound = new Map<string, number>();

	/** What `ids` said last, for positions are asked for often; undefined once something has changed. */
	#announced: readonly string[] | undefined;

	/** Owners of the jobs that run, in the order in which these started. */
	#running: string[] = [];
	#slots: number;

	/** @param slots jobs that run at the same time, to announce the order of those that wait for others of their owner's */
	constructor(slots = 1) {
		this.#slots = slots;
	}

	set slots(slots: number) {
		this.#slots = slots;
		this.#announced = undefined;
	}

	/** Jobs that may start now: p-queue asks for the next one only when there is one. */
	get size(): number {
		return this.#waiting.filter((job) => mayStart(job, this.#running)).length;
	}

	enqueue(run: Run, options: Partial<FairOptions> = {}): void {
		const { id, owner, maxRunning = Number.POSITIVE_INFINITY } = options;
		if (id === undefined || owner === undefined) throw new TypeError('FairQueue: a job needs an id and an owner');
		if (maxRunning < 1) throw new RangeError('FairQueue: a job of which none may run would wait for ever');
		this.#waiting.push({ run, id, owner, maxRunning });
		this.#announced = undefined;
	}

	dequeue(): Run | undefined {
		const next = this.#inOrder().find(({ job }) => mayStart(job, this.#running));
		if (!next) return undefined;
		this.#round = next.round;
		this.#openRound.set(next.job.owner, next.round + 1);
		for (const [owner, round] of this.#openRound) if (round <= this.#round) this.#openRound.delete(owner);
		this.remove(next.job.id);
		this.#running.push(next.job.owner);
		return next.job.run;
	}

	/** A job that was handed out is over. */
	ended(owner: string): void {
		const index = this.#running.indexOf(owner);
		if (index !== -1) this.#running.splice(index, 1);
		this.#announced = undefined;
	}

	remove(id: string): void {
		this.#waiting = this.#waiting.filter((job) => job.id !== id);
		this.#announced = undefined;
	}

	/**
	 * Ids of the waiting jobs in the order in which they will start, if nobody else comes and the jobs that run end in the
	 * order in which they started.
	 */
	ids(): readonly string[] {
		this.#announced ??= this.#order();
		return this.#announced;
	}

	/** Ids of the waiting jobs that nobody who comes later can get before: it is their owners' turn in the present round. */
	settled(): ReadonlySet<string> {
		const settled = this.#inOrder().filter(({ job, round }) => round <= this.#round && mayStart(job, this.#running));
		return new Set(settled.map(({ job }) => job.id));
	}

	#order(): string[] {
		const waiting = this.#inOrder().map(({ job }) => job);
		const running = [...this.#running];
		const order: string[] = [];
		while (waiting.length > 0) {
			const index = running.length < this.#slots ? waiting.findIndex((job) => mayStart(job, running)) : -1;
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

	/** All waiting jobs: p-queue asks by priority, and here all have the same. */
	filter(): Run[] {
		return this.#waiting.map(({ run }) => run);
	}

	setPriority(): never {
		throw new Error('FairQueue: jobs have no priority; their owners take turns');
	}

	#inOrder(): { job: WaitingJob; round: number }[] {
		const openRound = new Map(this.#openRound);
		const rounds = this.#waiting.map((job) => {
			const round = openRound.get(job.owner) ?? this.#round;
			openRound.set(job.owner, round + 1);
			return { job, round };
		});
		return rounds.sort((a, b) => a.round - b.round); // stable: within a round, first come first served
	}
}

const mayStart = ({ owner, maxRunning }: WaitingJob, running: readonly string[]) =>
	running.filter((other) => other === owner).length < maxRunning;
