/** Forecasts when jobs will start and end, from their progress and from how long similar jobs took before. */
import { type Job, networkOf, type Work, workOf } from '../../gpu/jobs/index.ts';
import { restAfter, SHORT_LINE } from '../../gpu/queue/long-line.ts';
import type { Capacity, ModelSummary, QueuedEvent } from '../../gpu/queue/runner.ts';
import type { PaceStore } from '../store/paces.ts';
import type { MessageView } from './view.ts';

export type Paces = Pick<PaceStore, 'get' | 'add' | 'all'>;

interface Tracked {
	readonly job: Job;
	/** How many jobs are ahead of it, as far as known; absent once it runs. */
	position?: number;
	/** See JobEvent. */
	mayGrow?: true;
	/** It waits only for other short jobs, and does not delay the rest. */
	short?: true;
	/** In milliseconds since 1970; absent while it waits. */
	started?: number;
	done: number;
	total: number;
}

/** What is left of a job that takes longer than expected, in milliseconds: it always counts as almost done. */
const SOON_MS = 1000;

/** How long a plan of the line is reused, in milliseconds. */
const PLAN_MS = 100;

/** A job's first step may include opening its model, so two steps must be done before they predict the others. */
const TELLING_STEPS = 2;

/** When the waiting jobs will start, as far as known. */
interface Plan {
	/** How long it is reused, in milliseconds since 1970. */
	until: number;
	readonly starts: Map<string, number | undefined>;
	/** When each slot of the usual jobs becomes free after them; NaN: unknown. All in milliseconds since 1970. */
	readonly free: number[];
}

export class Forecasts {
	readonly #paces: Paces;
	readonly #capacity: () => Capacity;
	readonly #tracked = new Map<string, Tracked>();
	/** Ids of the waiting jobs that are not short. */
	readonly #line = new Set<string>();
	/** The amount of arithmetic in one evaluation of each model, on a common scale. */
	readonly #sizes = new Map<string, number>();
	/** The runner's guess at each model's pace, in seconds for one evaluation. */
	readonly #guesses = new Map<string, number>();
	/** Kept because one event moves all waiting jobs, and each then asks. */
	#plan: Plan | undefined;

	/** @param capacity how many jobs the runner runs at the same time, at least 1, whenever it is asked */
	constructor(paces: Paces, capacity: () => Capacity) {
		this.#paces = paces;
		this.#capacity = capacity;
	}

	/** Records facts about models, so that a model has forecasts before its first job. */
	know(models: readonly ModelSummary[]): void {
		for (const { name, parameters, sampleSize, guessedPace } of models) {
			this.#sizes.set(name, parameters * sampleSize ** 2);
			if (guessedPace !== undefined) this.#guesses.set(name, guessedPace);
		}
	}

	/** Records a job given to the runner. Until its position is known it counts as the last in line. */
	queued(id: string, job: Job): void {
		this.#tracked.set(id, { job, position: this.#line.size, done: 0, total: 0 });
		this.#line.add(id);
		if (this.#plan) this.#assign(this.#plan, this.#plan.free, id, job);
	}

	/** Records a waiting job's place in line, as reported by the runner; a job that ran may have to wait again. */
	moved(id: string, { position, mayGrow, short }: Pick<QueuedEvent, 'position' | 'mayGrow' | 'short'>): void {
		const tracked = this.#tracked.get(id);
		if (!tracked) return;
		// A job that only joins the end of the line changes nobody's plan.
		if (tracked.position !== position || tracked.short !== short) this.#changed();
		Object.assign(tracked, { position, mayGrow, short, started: undefined, done: 0, total: 0 });
		if (short) this.#line.delete(id);
		else this.#line.add(id);
	}

	started(id: string, now = Date.now()): void {
		this.#changed();
		const tracked = this.#tracked.get(id);
		if (tracked) Object.assign(tracked, { position: undefined, started: now });
		this.#line.delete(id);
	}

	progress(id: string, done: number, total: number): void {
		const tracked = this.#tracked.get(id);
		if (tracked) Object.assign(tracked, { done, total });
	}

	/** @param succeeded whether later forecasts may learn from how long it took */
	over(id: string, succeeded: boolean, now = Date.now()): void {
		this.#changed();
		const { job, started } = this.#tracked.get(id) ?? {};
		this.#tracked.delete(id);
		this.#line.delete(id);
		if (!succeeded || !job || started === undefined) return;
		const [{ kind, model, evaluations }, ...others] = workOf(job);
		// A time shared by several models says nothing about any one of them.
		if (evaluations === 0 || others.length > 0) return;
		this.#paces.add(kind, model, (now - started) / 1000 / evaluations);
	}

	/** How many jobs wait, apart from short ones. */
	get waiting(): number {
		return this.#line.size;
	}

	/** How many jobs will start before this one, as last reported; undefined if it is not waiting. */
	position(id: string): number | undefined {
		return this.#tracked.get(id)?.position;
	}

	/** Whether jobs that arrive later may still start before it, as last reported. */
	mayGrow(id: string): boolean {
		return this.#tracked.get(id)?.mayGrow === true;
	}

	/** Undefined when nothing is known about the job or about one ahead of it. */
	eta(id: string, now = Date.now()): MessageView['eta'] {
		const tracked = this.#tracked.get(id);
		if (!tracked) return undefined;
		if (tracked.started !== undefined) {
			const left = this.#left(tracked, now);
			return left === undefined ? undefined : { endsAt: Math.round(now + left) };
		}
		const startsAt = this.#startsAt(id, now);
		const takes = this.expected(tracked.job);
		if (startsAt === undefined || takes === undefined) return undefined;
		return { startsAt: Math.round(startsAt), endsAt: Math.round(startsAt + takes) };
	}

	/** A short line is planned anew; a longer one when its plan has served its time. */
	#changed(): void {
		if (this.#plan && this.#plan.starts.size <= SHORT_LINE) this.#plan = undefined;
	}

	/** When a waiting job will start, in milliseconds since 1970. */
	#startsAt(id: string, now: number): number | undefined {
		if (!this.#plan || now > this.#plan.until) this.#plan = this.#planAt(now);
		return this.#plan.starts.get(id);
	}

	#planAt(now: number): Plan {
		const began = performance.now();
		const { slots, shortSlots } = this.#capacity();
		const free = this.#freeSlots(undefined, slots, now);
		const plan: Plan = { until: now, starts: new Map(), free };
		for (const { id, job } of this.#waiting(undefined)) this.#assign(plan, plan.free, id, job);
		const shortFree = this.#freeSlots(true, shortSlots, now);
		for (const { id, job } of this.#waiting(true)) this.#assign(plan, shortFree, id, job);
		plan.until += Math.max(PLAN_MS, restAfter(performance.now() - began, plan.starts.size));
		return plan;
	}

	/** The waiting jobs that are short, or those that are not, in the order in which they will start. */
	#waiting(short: true | undefined) {
		return [...this.#tracked]
			.flatMap(([id, { job, position, ...tracked }]) =>
				position === undefined || tracked.short !== short ? [] : [{ id, job, position }],
			)
			.sort((a, b) => a.position - b.position);
	}

	/** When the slots become free of the running jobs that are short, or of those that are not. */
	#freeSlots(short: true | undefined, slots: number, now: number): number[] {
		const running = [...this.#tracked.values()].filter(
			(tracked) => tracked.started !== undefined && tracked.short === short,
		);
		const free = Array.from({ length: Math.max(0, slots - running.length) }, () => now);
		for (const tracked of running) free.push(now + (this.#left(tracked, now) ?? Number.NaN));
		return free;
	}

	/** Plans the next job for the slot that becomes free first. */
	#assign({ starts }: Plan, free: number[], id: string, job: Job): void {
		const unknown = free.some(Number.isNaN);
		free.sort((a, b) => a - b);
		const first = free.shift() as number;
		free.push(first + (this.expected(job) ?? Number.NaN));
		starts.set(id, unknown ? undefined : first);
	}

	/** How much longer a running job will take, in milliseconds. */
	#left({ job, started = 0, done, total }: Tracked, now: number): number | undefined {
		const elapsed = now - started;
		// Steps of several models do not take the same time.
		if (done >= TELLING_STEPS && workOf(job).length === 1) return Math.max(SOON_MS, (elapsed / done) * (total - done));
		const expected = this.expected(job);
		return expected === undefined ? undefined : Math.max(SOON_MS, expected - elapsed);
	}

	/** How long a whole job takes, in milliseconds; 0 without evaluations, undefined if nothing is known. */
	expected(job: Job): number | undefined {
		return workOf(job).reduce<number | undefined>((sum, work) => {
			const time = this.#timeOf(work);
			return sum === undefined || time === undefined ? undefined : sum + time;
		}, 0);
	}

	/** In milliseconds; undefined if nothing is known. */
	#timeOf(work: Work): number | undefined {
		const { kind, model, evaluations } = work;
		if (evaluations === 0) return 0;
		const pace = this.#paces.get(kind, model) ?? this.#guess(work);
		return pace === undefined ? undefined : pace * evaluations * 1000;
	}

	/**
	 * The pace of the model's other kinds of jobs; failing that, the pace of other models, scaled by their arithmetic; failing
	 * that, the runner's guess. How fast prompts are read says nothing about pictures.
	 */
	#guess({ kind, model }: Work): number | undefined {
		const network = networkOf(kind);
		const known = this.#paces.all().filter((pace) => networkOf(pace.kind) === network);
		const own = known.filter((pace) => pace.model === model).map(({ seconds }) => seconds);
		if (own.length > 0) return Math.max(...own);
		// Sizes are those of networks over pictures.
		if (network !== 'pictures') return undefined;
		const size = this.#sizes.get(model);
		const scaled = known.flatMap(({ model: other, seconds }) => {
			const otherSize = this.#sizes.get(other);
			return size === undefined || otherSize === undefined ? [] : [(seconds * size) / otherSize];
		});
		return scaled.length > 0 ? Math.max(...scaled) : this.#guesses.get(model);
	}
}
