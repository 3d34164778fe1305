/** When jobs will start and end: from how far they are, and from how long jobs of their kind took before. */
import { type Job, networkOf, type Work, workOf } from '../../gpu/jobs/index.ts';
import { type ModelSummary, type QueuedEvent, SHORT_SLOTS } from '../../gpu/queue/runner.ts';
import type { PaceStore } from '../store/paces.ts';
import type { MessageView } from './view.ts';

export type Paces = Pick<PaceStore, 'get' | 'add' | 'all'>;

interface Tracked {
	readonly job: Job;
	/** Jobs before it in the line, as far as known; absent once it runs. */
	position?: number;
	/** See JobEvent. */
	mayGrow?: true;
	/** It was told to wait for short jobs alone, and is in nobody else's way. */
	short?: true;
	/** In milliseconds since 1970; absent while it waits. */
	started?: number;
	done: number;
	total: number;
}

/** A job that takes longer than expected is always about to be done; in milliseconds. */
const SOON_MS = 1000;

/** How long a plan of the line stands at most; in milliseconds. */
const PLAN_MS = 100;

/** The first step of a job may have opened its model, so two must be done before it says how long the others take. */
const TELLING_STEPS = 2;

export class Forecasts {
	readonly #paces: Paces;
	readonly #concurrency: number;
	readonly #tracked = new Map<string, Tracked>();
	/** Arithmetic of one evaluation of each model, on one scale for all. */
	readonly #sizes = new Map<string, number>();
	/** Of an evaluation of each model, as whoever runs it guesses. */
	readonly #guesses = new Map<string, number>();
	/** When the waiting jobs will start, as far as known: one event moves all of them, and each then asks. */
	#plan: { readonly made: number; readonly starts: ReadonlyMap<string, number | undefined> } | undefined;

	/** @param concurrency jobs that the runner runs at the same time */
	constructor(paces: Paces, concurrency: number) {
		this.#paces = paces;
		this.#concurrency = concurrency;
	}

	/** Tells of models, so that something can be said of one before its first job. */
	know(models: readonly ModelSummary[]): void {
		for (const { name, parameters, sampleSize, guessedPace } of models) {
			this.#sizes.set(name, parameters * sampleSize ** 2);
			if (guessedPace !== undefined) this.#guesses.set(name, guessedPace);
		}
	}

	/** A job was given to the runner. Until its position is told it counts as the last in line. */
	queued(id: string, job: Job): void {
		this.#plan = undefined;
		this.#tracked.set(id, { job, position: this.#waiting(undefined).length, done: 0, total: 0 });
	}

	/** As the runner told of it. */
	moved(id: string, { position, mayGrow, short }: Pick<QueuedEvent, 'position' | 'mayGrow' | 'short'>): void {
		this.#plan = undefined;
		const tracked = this.#tracked.get(id);
		if (tracked) Object.assign(tracked, { position, mayGrow, short });
	}

	started(id: string, now = Date.now()): void {
		this.#plan = undefined;
		const tracked = this.#tracked.get(id);
		if (tracked) Object.assign(tracked, { position: undefined, started: now });
	}

	progress(id: string, done: number, total: number): void {
		const tracked = this.#tracked.get(id);
		if (tracked) Object.assign(tracked, { done, total });
	}

	/** @param succeeded then the next forecasts learn from how long it took */
	over(id: string, succeeded: boolean, now = Date.now()): void {
		this.#plan = undefined;
		const { job, started } = this.#tracked.get(id) ?? {};
		this.#tracked.delete(id);
		if (!succeeded || !job || started === undefined) return;
		const [{ kind, model, evaluations }, ...others] = workOf(job);
		// What several models share a time, says nothing of one.
		if (evaluations === 0 || others.length > 0) return;
		this.#paces.add(kind, model, (now - started) / 1000 / evaluations);
	}

	/** Jobs that will start before this one, by what was told last; undefined when it is not waiting. */
	position(id: string): number | undefined {
		return this.#tracked.get(id)?.position;
	}

	/** Whether others who come later may still start before it, by what was told last. */
	mayGrow(id: string): boolean {
		return this.#tracked.get(id)?.mayGrow === true;
	}

	/** Undefined when nothing is known of the job, or of one before it. */
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

	/** In milliseconds since 1970. */
	#startsAt(id: string, now: number): number | undefined {
		if (!this.#plan || now - this.#plan.made > PLAN_MS) this.#plan = { made: now, starts: this.#planned(now) };
		return this.#plan.starts.get(id);
	}

	/** Those that are short, or those that are not, in the order in which they will start. */
	#waiting(short: true | undefined) {
		return [...this.#tracked]
			.flatMap(([id, { job, position, ...tracked }]) =>
				position === undefined || tracked.short !== short ? [] : [{ id, job, position }],
			)
			.sort((a, b) => a.position - b.position);
	}

	#planned(now: number): Map<string, number | undefined> {
		return new Map([...this.#plannedIn(undefined, this.#concurrency, now), ...this.#plannedIn(true, SHORT_SLOTS, now)]);
	}

	/** Lets the waiting jobs take the slots that become free, one after the other. */
	#plannedIn(short: true | undefined, slots: number, now: number): [string, number | undefined][] {
		const running = [...this.#tracked.values()].filter(
			(tracked) => tracked.started !== undefined && tracked.short === short,
		);
		const free = Array.from({ length: Math.max(0, slots - running.length) }, () => now);
		for (const tracked of running) free.push(now + (this.#left(tracked, now) ?? Number.NaN));
		return this.#waiting(short).map(({ id, job }): [string, number | undefined] => {
			const unknown = free.some(Number.isNaN);
			free.sort((a, b) => a - b);
			const first = free.shift() as number;
			free.push(first + (this.expected(job) ?? Number.NaN));
			return [id, unknown ? undefined : first];
		});
	}

	/** Of a running job, in milliseconds. */
	#left({ job, started = 0, done, total }: Tracked, now: number): number | undefined {
		const elapsed = now - started;
		// Steps of several models do not take the same time.
		if (done >= TELLING_STEPS && workOf(job).length === 1) return Math.max(SOON_MS, (elapsed / done) * (total - done));
		const expected = this.expected(job);
		return expected === undefined ? undefined : Math.max(SOON_MS, expected - elapsed);
	}

	/** Of a whole job, in milliseconds: none to speak of without an evaluation. Undefined where nothing is known. */
	expected(job: Job): number | undefined {
		return workOf(job).reduce<number | undefined>((sum, work) => {
			const time = this.#timeOf(work);
			return sum === undefined || time === undefined ? undefined : sum + time;
		}, 0);
	}

	/** In milliseconds; undefined where nothing is known. */
	#timeOf(work: Work): number | undefined {
		const { kind, model, evaluations } = work;
		if (evaluations === 0) return 0;
		const pace = this.#paces.get(kind, model) ?? this.#guess(work);
		return pace === undefined ? undefined : pace * evaluations * 1000;
	}

	/**
	 * The pace of other kinds of jobs with the model; otherwise that of other models, by how much there is to calculate; otherwise
	 * what whoever runs it guesses. How fast prompts are read says nothing of pictures.
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
