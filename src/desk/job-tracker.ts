/** Queues the jobs of requests, and turns each job's events into views and states until it ends. */
import { Cancelled, JobFailed } from '../../commands/lib/perform-errors.ts';
import { isShort, type Job, type JobResult, UserError } from '../../gpu/jobs/index.ts';
import { SHORT_LINE } from '../../gpu/queue/long-line.ts';
import type { JobEvent, JobRunner, QueuedEvent } from '../../gpu/queue/runner.ts';
import type { RequestRecord } from '../store/records.ts';
import { cancelButton } from './buttons.ts';
import type { Forecasts } from './forecasts.ts';
import type { MessageView, Show } from './view.ts';

export interface JobTrackerDeps {
	readonly runner: JobRunner;
	/** Stores a record's changes. Does not throw. */
	readonly save: (record: RequestRecord) => void;
	readonly forecasts: Forecasts;
	/** How many of one person's jobs run at the same time. */
	readonly maxRunning: number;
}

export class JobTracker {
	readonly #deps: JobTrackerDeps;
	/** Listeners for the events of each job, by its request's id. */
	readonly #listeners = new Map<string, (event: JobEvent) => void>();
	/** By the ids of requests; aborted when one is cancelled, which may then queue no more jobs. */
	readonly #leaving = new Map<string, AbortController>();

	constructor(deps: JobTrackerDeps) {
		this.#deps = deps;
		deps.runner.onEvent((event) => this.#listeners.get(event.id)?.(event));
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
	async perform(record: RequestRecord, job: Job, blank: MessageView, show: Show): Promise<JobResult> {
		const { runner, save, forecasts, maxRunning } = this.#deps;
		const { id, owner } = record;
		this.check(id);
		const say = (view: Partial<MessageView>) =>
			show({ ...blank, eta: forecasts.eta(id), buttons: [cancelButton(id)], ...view });
		/** A change in the line moves many jobs; each reports its start time only after all of them have moved. */
		const tellOfWaiting = ({ position, mayGrow, standstill }: QueuedEvent) => {
			if (forecasts.position(id) !== position) return;
			const text = startedAt === undefined ? waitingText(position, mayGrow) : INTERRUPTED;
			if (standstill === undefined) say({ state: 'waiting', text });
			else say({ state: 'waiting', text: `${text} ${standstill}`, eta: undefined });
		};
		let preview: Uint8Array | undefined;
		let startedAt: number | undefined;
		/** A job that nobody runs is not to blame if the bot crashes. */
		const interrupted = () => {
			preview = undefined;
			record.state = 'waiting';
			save(record);
		};
		Object.assign(record, { job, state: 'waiting' });
		save(record);
		const end = new Promise<JobResult>((resolve, reject) => {
			this.#listeners.set(id, (event) => {
				switch (event.type) {
					case 'queued':
						forecasts.moved(id, event);
						if (record.state === 'running') interrupted();
						return queueMicrotask(() => tellOfWaiting(event));
					case 'started':
						forecasts.started(id);
						startedAt = performance.now();
						Object.assign(record, { state: 'running', began: Date.now() });
						save(record);
						return say({ state: 'running', text: 'Starting.' });
					case 'progress': {
						const { done, total } = event;
						preview = event.preview ?? preview;
						forecasts.progress(id, done, total);
						const text = `Step ${done} of ${total}.`;
						return say({ state: 'running', text, progress: { done, total, preview } });
					}
					case 'done':
						return resolve({ ...event.result, ...ranSince(startedAt) });
					case 'failed':
						return reject(event.fault === 'user' ? new UserError(event.message) : new JobFailed(event.message));
					case 'cancelled':
						return reject(new Cancelled());
				}
			});
			forecasts.queued(id, job);
			const expectedMs = forecasts.expected(job);
			// A short one does not wait for the others.
			const isLong = forecasts.waiting > SHORT_LINE && !isShort(job, expectedMs);
			if (isLong) say({ state: 'waiting', text: LONG_LINE, eta: undefined });
			const limit = owner.staff ? undefined : maxRunning;
			runner.submit(job, { id, owner: owner.id, maxRunning: limit, expectedMs }).catch(reject);
		});
		try {
			record.result = await end;
			forecasts.over(id, true);
			return record.result;
		} catch (error) {
			forecasts.over(id, false);
			throw error;
		} finally {
			this.#listeners.delete(id);
		}
	}
}

/** Until the runner says at which place, which in a long line may take a moment. */
const LONG_LINE = 'Waiting in a long line.';

/** Instead of a place in line, for a job that had already started. */
const INTERRUPTED = 'Waiting: it was interrupted, and goes on as soon as it can.';

function waitingText(position: number, mayGrow = false): string {
	if (position === 0) return `Waiting: next in line${mayGrow ? ' so far' : ''}.`;
	return `Waiting: ${mayGrow ? 'about ' : ''}${position} ahead of this one.`;
}

const ranSince = (startedAt: number | undefined) =>
	startedAt === undefined ? {} : { seconds: (performance.now() - startedAt) / 1000 };
