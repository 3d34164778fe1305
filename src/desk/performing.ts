/** One job of a request: queued, and its events turned into views and states until it ends. */
import { type Job, type JobResult, UserError } from '../../gpu/jobs.ts';
import type { JobEvent, JobRunner } from '../../gpu/queue/runner.ts';
import type { RequestRecord } from '../store/records.ts';
import { buttonId } from './buttons.ts';
import { Cancelled, JobFailed } from './endings.ts';
import type { Estimates } from './estimates.ts';
import type { Button, MessageView, Show } from './view.ts';

export interface PerformingParts {
	readonly runner: JobRunner;
	/** Keeps what has changed in a record. Does not throw. */
	readonly save: (record: RequestRecord) => void;
	readonly estimates: Estimates;
	/** Jobs of one person that run at the same time. */
	readonly maxRunning: number;
}

export class Performing {
	readonly #parts: PerformingParts;
	/** Who waits for the events of which job. */
	readonly #listeners = new Map<string, (event: JobEvent) => void>();
	/** Requests that get no further job. */
	readonly #cancelled = new Set<string>();

	constructor(parts: PerformingParts) {
		this.#parts = parts;
		parts.runner.onEvent((event) => this.#listeners.get(event.id)?.(event));
	}

	/** Ends the job of a request, wherever it is, and gives the request no further one: it may have been between two of them. */
	cancel(id: string): void {
		this.#cancelled.add(id);
		this.#parts.runner.cancel(id);
	}

	/** @throws {Cancelled} when that request was cancelled */
	check(id: string): void {
		if (this.#cancelled.has(id)) throw new Cancelled();
	}

	/** To be called when a request is over. */
	forget(id: string): void {
		this.#cancelled.delete(id);
	}

	/**
	 * @param blank the view of the request, to be filled with what goes on
	 * @throws {UserError | JobFailed | Cancelled} as the job ended
	 */
	async perform(record: RequestRecord, job: Job, blank: MessageView, show: Show): Promise<JobResult> {
		const { runner, save, estimates, maxRunning } = this.#parts;
		const { id, owner } = record;
		this.check(id);
		const cancel: Button = { id: buttonId('cancel', id), label: 'Cancel', style: 'danger' };
		const say = (view: Partial<MessageView>) => show({ ...blank, eta: estimates.eta(id), buttons: [cancel], ...view });
		let preview: Uint8Array | undefined;
		Object.assign(record, { job, state: 'waiting' });
		save(record);
		const end = new Promise<JobResult>((resolve, reject) => {
			this.#listeners.set(id, (event) => {
				switch (event.type) {
					case 'queued':
						return say({ state: 'waiting', text: waitingText(event.position) });
					case 'started':
						estimates.started(id);
						Object.assign(record, { state: 'running', began: Date.now() });
						save(record);
						return say({ state: 'running', text: 'Starting.' });
					case 'progress': {
						const { done, total } = event;
						preview = event.preview ?? preview;
						estimates.progress(id, done, total);
						const text = `Step ${done} of ${total}.`;
						return say({ state: 'running', text, progress: { done, total, preview } });
					}
					case 'done':
						return resolve(event.result);
					case 'failed':
						return reject(event.fault === 'user' ? new UserError(event.message) : new JobFailed(event.message));
					case 'cancelled':
						return reject(new Cancelled());
				}
			});
			estimates.queued(id, job);
			runner.submit(job, { id, owner: owner.id, maxRunning: owner.staff ? undefined : maxRunning });
		});
		return end
			.then(
				(result) => {
					record.result = result;
					estimates.over(id, true);
					return result;
				},
				(error) => {
					estimates.over(id, false);
					throw error;
				},
			)
			.finally(() => this.#listeners.delete(id));
	}
}

const waitingText = (position: number) =>
	position === 0 ? 'Waiting: next in line.' : `Waiting: ${position} before this one.`;
