/**
 * The waiting line as p-queue wants it: in fact two, in each of which owners take turns. Short jobs have slots beside the others', so
 * they wait for each other alone, and use the others' slots only while no other job can: who waits for a long job is never
 * overtaken in its slots, and who asks for much that is short holds up those that are short, of others in turn with them.
 */
import type { Queue, QueueAddOptions } from 'p-queue';
import { Turns, type Waiter } from './turns.ts';

/** What p-queue hands over with a job. */
export interface FairOptions extends QueueAddOptions {
	readonly owner: string;
	/** It does not start while so many of its owner's run, short ones or others as itself; absent: whatever runs. */
	readonly maxRunning?: number;
	/** It takes hardly any time. */
	readonly isShort?: boolean;
}

type Run = () => Promise<unknown>;
type Lane = 'short' | 'usual';

interface WaitingJob extends Waiter {
	readonly run: Run;
}

/** A job's place in the line. */
export interface Place {
	/** Jobs that will start before it and that it waits for; 0: it is next. */
	readonly position: number;
	/** Whether nobody who comes later can get before it. */
	readonly isSettled: boolean;
	/** It waits for short ones alone. */
	readonly isShort: boolean;
}

/** A queueClass for p-queue, whose concurrency is the sum of the slots. */
export class FairQueue implements Queue<Run, FairOptions> {
	readonly #turns: Readonly<Record<Lane, Turns<WaitingJob>>> = { usual: new Turns(), short: new Turns() };
	readonly #shortSlots: number;
	#slots: number;
	/** What `places` said last, for it is asked for often; undefined once something has changed. */
	#announced: ReadonlyMap<string, Place> | undefined;

	/**
	 * @param slots jobs of any length that run at the same time, at least 1
	 * @param shortSlots short ones beside those; without any, short jobs are as all others
	 */
	constructor(slots = 1, shortSlots = 0) {
		this.#slots = slots;
		this.#shortSlots = shortSlots;
	}

	set slots(slots: number) {
		this.#slots = slots;
		this.#announced = undefined;
	}

	/** Jobs that may start now: p-queue asks for the next one only when there is one. */
	get size(): number {
		const { usual, short } = this.#turns;
		const { free, freeBeside } = this.#room();
		return Math.min(usual.ready, free) + Math.min(short.ready, free + freeBeside);
	}

	enqueue(run: Run, { id, owner, maxRunning = Number.POSITIVE_INFINITY, isShort }: Partial<FairOptions> = {}): void {
		if (id === undefined || owner === undefined) throw new TypeError('FairQueue: a job needs an id and an owner');
		if (maxRunning < 1) throw new RangeError('FairQueue: a job of which none may run would wait for ever');
		this.#turns[this.#laneOf(isShort)].join({ run, id, owner, maxRunning });
		this.#announced = undefined;
	}

	dequeue(): Run | undefined {
		const { usual, short } = this.#turns;
		const { free, freeBeside } = this.#room();
		this.#announced = undefined;
		const next = (free > 0 && usual.start()) || (free + freeBeside > 0 && short.start());
		return next ? next.run : undefined;
	}

	/** A job that was handed out is over. */
	ended({ owner, isShort }: Pick<FairOptions, 'owner' | 'isShort'>): void {
		this.#turns[this.#laneOf(isShort)].ended(owner);
		this.#announced = undefined;
	}

	remove(id: string): void {
		for (const lane of Object.values(this.#turns)) lane.leave(id);
		this.#announced = undefined;
	}

	/** Of each waiting job, by its id. */
	places(): ReadonlyMap<string, Place> {
		this.#announced ??= new Map([
			...this.#placesIn('usual', this.#slots),
			...this.#placesIn('short', this.#shortSlots),
		]);
		return this.#announced;
	}

	#placesIn(lane: Lane, slots: number): [string, Place][] {
		const turns = this.#turns[lane];
		const settled = new Set(turns.settled());
		return turns.order(slots).map((id, position) => {
			return [id, { position, isSettled: settled.has(id), isShort: lane === 'short' }];
		});
	}

	#laneOf(isShort = false): Lane {
		return isShort && this.#shortSlots > 0 ? 'short' : 'usual';
	}

	/** Free slots of either kind; short jobs fill those beside the others' first. Of one kind alone p-queue knows. */
	#room(): { free: number; freeBeside: number } {
		if (this.#shortSlots === 0) return { free: Number.POSITIVE_INFINITY, freeBeside: 0 };
		const { usual, short } = this.#turns;
		const beside = Math.min(short.running, this.#shortSlots);
		const free = Math.max(0, this.#slots - usual.running - (short.running - beside));
		return { free, freeBeside: this.#shortSlots - beside };
	}

	/** All waiting jobs: p-queue asks by priority, and here all have the same. */
	filter(): Run[] {
		return Object.values(this.#turns).flatMap(({ waiting }) => waiting.map(({ run }) => run));
	}

	setPriority(): never {
		throw new Error('FairQueue: jobs have no priority; their owners take turns');
	}
}
