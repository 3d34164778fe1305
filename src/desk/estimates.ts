/** When jobs will start and end: from how far they are, and from how long jobs of their kind took before. */
import { evaluationsOf } from '../../commands/evaluations.ts';
import type { Job } from '../../gpu/jobs.ts';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import type { PaceStore } from '../store/paces.ts';
import type { MessageView } from './view.ts';

export type Paces = Pick<PaceStore, 'get' | 'add'>;

interface Tracked {
	readonly job: Job;
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

export class Estimates {
	readonly #paces: Paces;
	readonly #runner: Pick<JobRunner, 'position'>;
	readonly #concurrency: number;
	readonly #tracked = new Map<string, Tracked>();
	/** When the waiting jobs will start, as far as known: one event moves all of them, and each then asks. */
	#plan: { readonly made: number; readonly starts: ReadonlyMap<string, number | undefined> } | undefined;

	/** @param concurrency jobs that the runner runs at the same time */
	constructor(paces: Paces, runner: Pick<JobRunner, 'position'>, concurrency: number) {
		this.#paces = paces;
		this.#runner = runner;
		this.#concurrency = concurrency;
	}

	queued(id: string, job: Job): void {
		this.#plan = undefined;
		this.#tracked.set(id, { job, done: 0, total: 0 });
	}

	started(id: string, now = Date.now()): void {
		this.#plan = undefined;
		const tracked = this.#tracked.get(id);
		if (tracked) tracked.started = now;
	}

	progress(id: string, done: number, total: number): void {
		const tracked = this.#tracked.get(id);
		if (tracked) Object.assign(tracked, { done, total });
	}

	/** @param succeeded then the next estimates learn from how long it took */
	over(id: string, succeeded: boolean, now = Date.now()): void {
		this.#plan = undefined;
		const { job, started } = this.#tracked.get(id) ?? {};
		this.#tracked.delete(id);
		if (!succeeded || !job || started === undefined) return;
		this.#paces.add(job.kind, job.model, (now - started) / 1000 / unitsOf(job));
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
		const takes = this.#expected(tracked.job);
		if (startsAt === undefined || takes === undefined) return undefined;
		return { startsAt: Math.round(startsAt), endsAt: Math.round(startsAt + takes) };
	}

	/** In milliseconds since 1970. */
	#startsAt(id: string, now: number): number | undefined {
		if (!this.#plan || now - this.#plan.made > PLAN_MS) this.#plan = { made: now, starts: this.#planned(now) };
		// Not in the line any more: it is just about to start.
		return this.#plan.starts.has(id) ? this.#plan.starts.get(id) : now;
	}

	/** Lets the waiting jobs take the places that become free, one after the other. */
	#planned(now: number): Map<string, number | undefined> {
		const all = [...this.#tracked].map(([id, tracked]) => ({ id, tracked, position: this.#runner.position(id) }));
		const running = all.filter(({ tracked }) => tracked.started !== undefined);
		const waiting = all.filter(({ position }) => position !== undefined);
		waiting.sort((a, b) => (a.position as number) - (b.position as number));
		const free = Array.from({ length: Math.max(0, this.#concurrency - running.length) }, () => now);
		for (const { tracked } of running) free.push(now + (this.#left(tracked, now) ?? Number.NaN));
		const starts = waiting.map(({ id, tracked }): [string, number | undefined] => {
			const unknown = free.some(Number.isNaN);
			free.sort((a, b) => a - b);
			const first = free.shift() as number;
			free.push(first + (this.#expected(tracked.job) ?? Number.NaN));
			return [id, unknown ? undefined : first];
		});
		return new Map(starts);
	}

	/** Of a running job, in milliseconds. */
	#left({ job, started = 0, done, total }: Tracked, now: number): number | undefined {
		const elapsed = now - started;
		if (done >= TELLING_STEPS) return Math.max(SOON_MS, (elapsed / done) * (total - done));
		const expected = this.#expected(job);
		return expected === undefined ? undefined : Math.max(SOON_MS, expected - elapsed);
	}

	/** Of a whole job, in milliseconds. */
	#expected(job: Job): number | undefined {
		const pace = this.#paces.get(job.kind, job.model);
		return pace === undefined ? undefined : pace * unitsOf(job) * 1000;
	}
}

/** Evaluations of the network; a job without any takes as long as it takes. */
const unitsOf = (job: Job) => evaluationsOf(job) || 1;
