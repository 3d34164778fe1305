/**
 * Says who is next. The waiting line is really two, in each of which owners take turns. Short jobs have slots of their own, so they
 * only wait for each other, and use the other slots only while no other job can. So long jobs are never overtaken in their slots,
 * and many short jobs hold up only other short ones, whose owners take turns.
 */
import { type Lane, laneOf, roomIn } from './lanes.ts';
import type { Readiness, Waiter } from './starting-order.ts';
import { Turns } from './turns.ts';

/** A job that waits in one of the lines; `maxRunning` counts its owner's jobs in the same one. */
export interface FairWaiter extends Waiter {
	/** Whether it takes hardly any time. */
	readonly isShort?: boolean;
}

/** A job's place in the line. */
export interface Place {
	/** How many jobs will start before it that it has to wait for; 0: it is next. */
	readonly position: number;
	/** Whether no later job can get ahead of it. */
	readonly isSettled: boolean;
	/** Whether it waits only for short jobs. */
	readonly isShort: boolean;
}

export class FairQueue<Job extends FairWaiter> {
	readonly #turns: Readonly<Record<Lane, Turns<Job>>>;
	#shortSlots: number;
	#slots: number;

	/**
	 * @param slots how many jobs of any length run at the same time, at least 1
	 * @param shortSlots how many short jobs run in addition; with none, short jobs are treated like all others
	 */
	constructor(slots = 1, shortSlots = 0, readiness: Readiness<Job> = {}) {
		this.#turns = { usual: new Turns(readiness), short: new Turns(readiness) };
		this.#slots = slots;
		this.#shortSlots = shortSlots;
	}

	/** Changes the numbers of slots. With short slots there must always be at least one, and without there must be none. */
	resize(slots: number, shortSlots = 0): void {
		if (shortSlots > 0 !== this.#shortSlots > 0) throw new RangeError('FairQueue: short slots cannot come or go');
		this.#slots = slots;
		this.#shortSlots = shortSlots;
	}

	join(job: Job): void {
		if (job.maxRunning !== undefined && job.maxRunning < 1)
			throw new RangeError('FairQueue: a job that may never run would wait forever');
		this.#turnsOf(job).join(job);
	}

	/** Takes out the job whose turn it is, which counts as running from now on; undefined while none may start. */
	next(): Job | undefined {
		const { usual, short } = this.#turns;
		const capacity = { slots: this.#slots, shortSlots: this.#shortSlots };
		const room = roomIn(capacity, { usual: usual.running, short: short.running });
		return (room.usual > 0 ? usual.start() : undefined) ?? (room.short > 0 ? short.start() : undefined);
	}

	/** Records that a job that was handed out has ended. */
	ended(job: Pick<Job, 'owner' | 'isShort'>): void {
		this.#turnsOf(job).ended(job.owner);
	}

	remove(id: string): void {
		for (const lane of Object.values(this.#turns)) lane.leave(id);
	}

	/** The place of each waiting job, by its id. */
	places(): ReadonlyMap<string, Place> {
		return new Map([...this.#placesIn('usual', this.#slots), ...this.#placesIn('short', this.#shortSlots)]);
	}

	#placesIn(lane: Lane, slots: number): [string, Place][] {
		const { order, settled } = this.#turns[lane].standing(slots);
		return order.map((id, position) => {
			return [id, { position, isSettled: settled.has(id), isShort: lane === 'short' }];
		});
	}

	#turnsOf({ isShort = false }: Pick<Job, 'isShort'>): Turns<Job> {
		return this.#turns[laneOf({ isShort: isShort && this.#shortSlots > 0 })];
	}
}
