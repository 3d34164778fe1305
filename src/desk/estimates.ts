/** When jobs will start and end: from how far they are, and from how long jobs of their kind took before. */
import { evaluationsOf } from '../../commands/course/estimate.ts';
import type { Job } from '../../gpu/jobs.ts';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import type { MessageView } from '../chat/surface.ts';
import type { PaceStore } from '../store/paces.ts';

interface Tracked {
	readonly job: Job;
	/** In milliseconds since 1970; absent while it waits. */
	started?: number;
	done: number;
	total: number;
}

/** A job that takes longer than expected is always about to be done; in milliseconds. */
const SOON_MS = 1000;

/** The first step of a job may have opened its model, so two must be done before it says how long the others take. */
const TELLING_STEPS = 2;

export class Estimates {
	readonly #paces: PaceStore;
	readonly #runner: Pick<JobRunner, 'position'>;
	readonly #concurrency: number;
	readonly #tracked = new Map<string, Tracked>();

	/** @param concurrency jobs that the runner runs at the same time */
	constructor(paces: PaceStore, runner: Pick<JobRunner, 'position'>, concurrency: number) {
		this.#paces = paces;
		this.#runner = runner;
		this.#concurrency = concurrency;
	}

	queued(id: string, job: Job): void {
		this.#tracked.set(id, { job, done: 0, total: 0 });
	}

	started(id: string, now = Date.now()): void {
		const tracked = this.#tracked.get(id);
		if (tracked) tracked.started = now;
	}

	progress(id: string, done: number, total: number): void {
		const tracked = this.#tracked.get(id);
		if (tracked) Object.assign(tracked, { done, total });
	}

	/** @param succeeded then the next estimates learn from how long it took */
	over(id: string, succeeded: boolean, now = Date.now()): void {
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
		const startsIn = this.#startsIn(id, now);
		const takes = this.#expected(tracked.job);
		if (startsIn === undefined || takes === undefined) return undefined;
		return { startsAt: Math.round(now + startsIn), endsAt: Math.round(now + startsIn + takes) };
	}

	/** Lets the jobs before it take the places that become free, one after the other; in milliseconds. */
	#startsIn(id: string, now: number): number | undefined {
		const own = this.#runner.position(id);
		if (own === undefined) return 0; // it is just about to start
		const all = [...this.#tracked].map(([other, tracked]) => ({ tracked, position: this.#runner.position(other) }));
		const running = all.filter(({ tracked }) => tracked.started !== undefined);
		const before = all.filter(({ position }) => position !== undefined && position < own);
		before.sort((a, b) => (a.position as number) - (b.position as number));
		const free = Array.from({ length: Math.max(0, this.#concurrency - running.length) }, () => 0);
		for (const { tracked } of running) free.push(this.#left(tracked, now) ?? Number.NaN);
		for (const { tracked } of before) {
			free.sort((a, b) => a - b);
			free.push((free.shift() as number) + (this.#expected(tracked.job) ?? Number.NaN));
		}
		return free.some(Number.isNaN) ? undefined : Math.min(...free);
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
