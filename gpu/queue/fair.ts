/**
 * The waiting line in the form that p-queue needs. It is really two lines, in each of which owners take turns. Short jobs have
 * slots of their own, so they only wait for each other, and use the other slots only while no other job can. So long jobs are
 * never overtaken in their slots, and many short jobs hold up only other short ones, whose owners take turns.
 */
import type { Queue, QueueAddOptions } from 'p-queue';
import { type Lane, laneOf, roomIn } from './lanes.ts';
import type { Waiter } from './starting-order.ts';
import { Turns } from './turns.ts';

/** What p-queue passes along with a job. */
export interface FairOptions extends QueueAddOptions {
	readonly owner: string;
	/** It does not start while this many of its owner's jobs in the same line are running; absent: no limit. */
	readonly maxRunning?: number;
	/** Whether it takes hardly any time. */
	readonly isShort?: boolean;
	/** As in Waiter. */
	readonly fits?: () => boolean;
	readonly isStuck?: () => boolean;
	readonly isBack?: boolean;
}

type Run = () => Promise<unknown>;

interface WaitingJob extends Waiter {
	readonly run: Run;
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

/** A queueClass for p-queue, whose concurrency is the sum of the slots. */
export class FairQueue implements Queue<Run, FairOptions> {
	readonly #turns: Readonly<Record<Lane, Turns<WaitingJob>>> = { usual: new Turns(), short: new Turns() };
	#shortSlots: number;
	#slots: number;

	/**
	 * @param slots how many jobs of any length run at the same time, at least 1
	 * @param shortSlots how many short jobs run in addition; with none, short jobs are treated like all others
	 */
	constructor(slots = 1, shortSlots = 0) {
		this.#slots = slots;
		this.#shortSlots = shortSlots;
	}

	/** Changes the numbers of slots. With short slots there must always be at least one, and without there must be none. */
	resize(slots: number, shortSlots = 0): void {
		if (shortSlots > 0 !== this.#shortSlots > 0) throw new RangeError('FairQueue: short slots cannot come or go');
		this.#slots = slots;
		this.#shortSlots = shortSlots;
	}

	/** How many jobs may start now: p-queue asks for the next one only if there is one. */
	get size(): number {
		const { usual, short } = this.#turns;
		const room = this.#room();
		return usual.ready(room.usual) + short.ready(room.short);
	}

	enqueue(
		run: Run,
		{ id, owner, maxRunning = Number.POSITIVE_INFINITY, isShort, fits, isStuck, isBack }: Partial<FairOptions> = {},
	): void {
		if (id === undefined || owner === undefined) throw new TypeError('FairQueue: a job needs an id and an owner');
		if (maxRunning < 1) throw new RangeError('FairQueue: a job that may never run would wait forever');
		this.#turns[this.#laneOf(isShort)].join({ id, owner, maxRunning, fits, isStuck, isBack, run });
	}

	dequeue(): Run | undefined {
		const { usual, short } = this.#turns;
		const room = this.#room();
		const next = (room.usual > 0 && usual.start()) || (room.short > 0 && short.start());
		return next ? next.run : undefined;
	}

	/** Records that a job that was handed out has ended. */
	ended({ owner, isShort }: Pick<FairOptions, 'owner' | 'isShort'>): void {
		this.#turns[this.#laneOf(isShort)].ended(owner);
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

	#laneOf(isShort = false): Lane {
		return laneOf({ isShort: isShort && this.#shortSlots > 0 });
	}

	/** How many more jobs of each lane may start. Without short slots, p-queue itself counts. */
	#room(): Readonly<Record<Lane, number>> {
		if (this.#shortSlots === 0) return { usual: Number.POSITIVE_INFINITY, short: Number.POSITIVE_INFINITY };
		const { usual, short } = this.#turns;
		const capacity = { slots: this.#slots, shortSlots: this.#shortSlots };
		return roomIn(capacity, { usual: usual.running, short: short.running });
	}

	/** All waiting jobs: p-queue filters by priority, and here all have the same. */
	filter(): Run[] {
		return Object.values(this.#turns).flatMap(({ waiting }) => waiting.map(({ run }) => run));
	}

	setPriority(): never {
		throw new Error('FairQueue: jobs have no priority; their owners take turns');
	}
}
