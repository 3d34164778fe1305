/** Queues the jobs of requests, and follows each until it ends. */
import { Cancelled } from '../../commands/lib/perform-errors.ts';
import { isShort, type Job, type JobResult } from '../../gpu/jobs/index.ts';
import { SHORT_LINE } from '../../gpu/queue/long-line.ts';
import type { JobEvent, JobRunner } from '../../gpu/queue/runner.ts';
import type { RequestRecord } from '../store/records.ts';
import { FollowedJob, type FollowedJobDeps } from './followed-job.ts';
import type { MessageView, Show } from './view.ts';

export interface JobTrackerDeps extends FollowedJobDeps {
	readonly runner: JobRunner;
	/** How many of one person's jobs run at the same time. */
	readonly maxRunning: number;
}

export class JobTracker {
	readonly #deps: JobTrackerDeps;
	/** The jobs that have not ended, by their requests' ids. */
	readonly #followed = new Map<string, FollowedJob>();
	/** By the ids of requests; aborted when one is cancelled, which may then queue no more jobs. */
	readonly #leaving = new Map<string, AbortController>();

	constructor(deps: JobTrackerDeps) {
		this.#deps = deps;
		deps.runner.onEvent((event) => this.#hear(event));
	}

	/** Cancels a request's job, waiting or running, and lets the request queue no other, since it may be between two jobs. */
	async cancel(id: string): Promise<void> {
		this.#leavingOf(id).abort(new Cancelled());
		await this.#deps.runner.cancel(id);
	}

	/** Aborted, with a Cancelled as its reason, when the request is cancelled. */
	signal(id: string): AbortSignal {
		return this.#leavingOf(id).signal;
	}

	/** @throws {Cancelled} when the request was cancelled */
	check(id: string): void {
		this.#leaving.get(id)?.signal.throwIfAborted();
	}

	/** How many jobs will start before a request's job, as far as known; undefined if it is not waiting. */
	position(id: string): number | undefined {
		return this.#deps.forecasts.position(id);
	}

	/** Whether `position` may still grow. */
	mayGrow(id: string): boolean {
		return this.#deps.forecasts.mayGrow(id);
	}

	/** How long a job will take once it runs, in milliseconds; undefined if nothing is known. */
	expected(job: Job): number | undefined {
		return this.#deps.forecasts.expected(job);
	}

	/** Call this when a request has ended. */
	forget(id: string): void {
		this.#leaving.delete(id);
	}

	#leavingOf(id: string): AbortController {
		const leaving = this.#leaving.get(id) ?? new AbortController();
		this.#leaving.set(id, leaving);
		return leaving;
	}

	/**
	 * @param blank the request's view, to be filled in with its progress
	 * @throws {UserError | JobFailed | Cancelled} depending on how the job ended
	 * @throws {RunnerError} when the runner does not accept it
	 */
	perform(record: RequestRecord, job: Job, blank: MessageView, show: Show): Promise<JobResult> {
		const { id } = record;
		return new Promise((resolve, reject) => {
			this.check(id);
			Object.assign(record, { job, state: 'waiting' });
			this.#deps.save(record);
			const followed = new FollowedJob(this.#deps, record, blank, show, { resolve, reject });
			this.#followed.set(id, followed);
			this.#submit(job, record, followed).catch((error) => {
				// It may have ended before, and the request may have another job by now.
				if (this.#followed.get(id) !== followed) return;
				this.#followed.delete(id);
				followed.fail(error);
			});
		});
	}

	async #submit(job: Job, { id, owner }: RequestRecord, followed: FollowedJob): Promise<void> {
		const { runner, forecasts, maxRunning } = this.#deps;
		forecasts.queued(id, job);
		const expectedMs = forecasts.expected(job);
		// A short one does not wait for the others.
		const isLong = forecasts.waiting > SHORT_LINE && !isShort(job, expectedMs);
		if (isLong) followed.say({ state: 'waiting', text: LONG_LINE, eta: undefined });
		const limit = owner.staff ? undefined : maxRunning;
		await runner.submit(job, { id, owner: owner.id, maxRunning: limit, expectedMs });
	}

	#hear(event: JobEvent): void {
		if (this.#followed.get(event.id)?.hear(event)) this.#followed.delete(event.id);
	}
}

/** Until the runner says at which place, which in a long line may take a moment. */
const LONG_LINE = 'Waiting in a long line.';
