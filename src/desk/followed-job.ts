/** A job that somebody waits for: turns its events into views and states of its request. */
import { Cancelled, JobFailed } from '../../commands/lib/perform-errors.ts';
import { type JobResult, UserError } from '../../gpu/jobs/index.ts';
import type { JobEvent, QueuedEvent } from '../../gpu/queue/runner.ts';
import type { RequestRecord } from '../store/records.ts';
import { cancelButton } from './buttons.ts';
import type { Forecasts } from './forecasts.ts';
import type { MessageView, Show } from './view.ts';

export interface FollowedJobDeps {
	/** Stores a record's changes. Does not throw. */
	readonly save: (record: RequestRecord) => void;
	readonly forecasts: Forecasts;
}

/** What settles the promise of a job's result. */
interface Settle {
	readonly resolve: (result: JobResult) => void;
	/** @param error a UserError, JobFailed or Cancelled, depending on how the job ended */
	readonly reject: (error: unknown) => void;
}

/** As many of these are kept as jobs wait, so it has methods instead of functions of its own. */
export class FollowedJob {
	readonly #deps: FollowedJobDeps;
	readonly #record: RequestRecord;
	readonly #blank: MessageView;
	readonly #show: Show;
	readonly #settle: Settle;
	#preview: Uint8Array | undefined;
	#startedAt: number | undefined;

	/** @param blank the request's view, to be filled in with its progress */
	constructor(deps: FollowedJobDeps, record: RequestRecord, blank: MessageView, show: Show, settle: Settle) {
		this.#deps = deps;
		this.#record = record;
		this.#blank = blank;
		this.#show = show;
		this.#settle = settle;
	}

	/** @returns whether the job has ended */
	hear(event: JobEvent): boolean {
		switch (event.type) {
			case 'queued':
				this.#queued(event);
				return false;
			case 'started':
				this.#started();
				return false;
			case 'progress': {
				const { done, total } = event;
				this.#preview = event.preview ?? this.#preview;
				this.#deps.forecasts.progress(event.id, done, total);
				const progress = { done, total, preview: this.#preview };
				this.say({ state: 'running', text: `Step ${done} of ${total}.`, progress });
				return false;
			}
			case 'done':
				this.#done(event.result);
				return true;
			case 'failed':
				this.fail(event.fault === 'user' ? new UserError(event.message) : new JobFailed(event.message));
				return true;
			case 'cancelled':
				this.fail(new Cancelled());
				return true;
		}
	}

	/** Shows the request's view with these changes. */
	say(changes: Partial<MessageView>): void {
		const { id } = this.#record;
		this.#show({ ...this.#blank, eta: this.#deps.forecasts.eta(id), buttons: [cancelButton(id)], ...changes });
	}

	fail(error: unknown): void {
		this.#settle.reject(error);
		this.#deps.forecasts.over(this.#record.id, false);
	}

	#queued(event: QueuedEvent): void {
		this.#deps.forecasts.moved(event.id, event);
		if (this.#record.state === 'running') this.#interrupted();
		// A change in the line moves many jobs; each reports its start time only after all of them have moved.
		queueMicrotask(() => this.#tellOfWaiting(event));
	}

	/** A job that nobody runs is not to blame if the bot crashes. */
	#interrupted(): void {
		this.#preview = undefined;
		this.#record.state = 'waiting';
		this.#deps.save(this.#record);
	}

	#tellOfWaiting({ id, position, mayGrow, standstill }: QueuedEvent): void {
		if (this.#deps.forecasts.position(id) !== position) return;
		const text = this.#startedAt === undefined ? waitingText(position, mayGrow) : INTERRUPTED;
		if (standstill === undefined) this.say({ state: 'waiting', text });
		else this.say({ state: 'waiting', text: `${text} ${standstill}`, standstill, eta: undefined });
	}

	#started(): void {
		this.#deps.forecasts.started(this.#record.id);
		this.#startedAt = performance.now();
		Object.assign(this.#record, { state: 'running', began: Date.now() });
		this.#deps.save(this.#record);
		this.say({ state: 'running', text: 'Starting.' });
	}

	#done(result: JobResult): void {
		const whole = { ...result, ...ranSince(this.#startedAt) };
		this.#record.result = whole;
		this.#settle.resolve(whole);
		this.#deps.forecasts.over(this.#record.id, true);
	}
}

/** Instead of a place in line, for a job that had already started. */
const INTERRUPTED = 'Waiting: it was interrupted, and goes on as soon as it can.';

function waitingText(position: number, mayGrow = false): string {
	if (position === 0) return `Waiting: next in line${mayGrow ? ' so far' : ''}.`;
	return `Waiting: ${mayGrow ? 'about ' : ''}${position} ahead of this one.`;
}

const ranSince = (startedAt: number | undefined) =>
	startedAt === undefined ? {} : { seconds: (performance.now() - startedAt) / 1000 };
