/** The front desk: takes requests and button presses from every surface, runs commands, and reports back. */
import { randomInt } from 'node:crypto';
import type { Command, CommandContext, QueueEntry, Reply } from '../commands/command.ts';
import { findCommand } from '../commands/find-command.ts';
import type { RawOptions } from '../commands/options.ts';
import { parseOptions } from '../commands/parse-options.ts';
import { requestLine } from '../commands/request-line.ts';
import { shorten } from '../commands/shorten.ts';
import { type Job, type JobResult, MAX_SEED, UserError } from '../gpu/jobs.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import type { ResultStore } from '../gpu/queue/results.ts';
import { type JobEvent, type JobRunner, RunnerError } from '../gpu/queue/runner.ts';
import { fetchAddressed } from './addressed-pictures.ts';
import { buttonId, resultButtons } from './buttons.ts';
import type { MessageView, PressOutcome, Show, Surface } from './chat/surface.ts';
import { Cancelled, JobFailed, type Log } from './failures.ts';
import { fetchPicture } from './fetch-picture.ts';
import type { Place, RequestRecord, RequestStore, User } from './store.ts';

export interface DeskParts {
	readonly commands: readonly Command[];
	readonly runner: JobRunner;
	readonly store: RequestStore;
	readonly blobs: BlobStore;
	readonly results: ResultStore;
	readonly log: Log;
	/** How pictures come that are given by their web address; absent: from the public internet. */
	readonly fetchPicture?: typeof fetchPicture;
}

export interface Request {
	readonly command: string;
	readonly options: RawOptions;
	readonly user: User;
	readonly place?: Place;
}

export class Desk {
	readonly commands: readonly Command[];
	readonly blobs: BlobStore;
	readonly #parts: DeskParts;
	readonly #fetch: typeof fetchPicture;
	/** Who waits for the events of which job. */
	readonly #listeners = new Map<string, (event: JobEvent) => void>();

	constructor(parts: DeskParts) {
		this.#parts = parts;
		this.#fetch = parts.fetchPicture ?? fetchPicture;
		this.commands = parts.commands;
		this.blobs = parts.blobs;
		parts.runner.onEvent((event) => this.#listeners.get(event.id)?.(event));
	}

	/** The models that requests may name, the default first. */
	async models() {
		return (await this.#parts.runner.models()).usable;
	}

	/**
	 * Takes a request and sees it through. Every state goes to `show`, the last one too; resolves with it.
	 *
	 * Never rejects for what a user did or a job ran into: that is a view in state `failed`. Whose fault it was is in `fault`.
	 */
	async open(request: Request, show: Show = () => {}): Promise<Outcome> {
		const { store, log } = this.#parts;
		const id = store.newId();
		const title = titleOf(this.commands, request);
		const blank = { requestId: id, title, text: '', figures: [], buttons: [], personal: false };
		let record: RequestRecord | undefined;
		try {
			const command = findCommand(this.commands, request.command);
			if (command.staffOnly && !request.user.staff) throw new UserError(`Only staff can run /${command.name}.`);
			const [models, given] = await Promise.all([
				usesModel(command) ? this.#parts.runner.models() : { usable: [], damaged: [] },
				fetchAddressed(command.options, request.options, this.blobs, this.#fetch),
			]);
			const drawn = randomInt(MAX_SEED + 1);
			const values = parseOptions(command.name, command.options, given, { models, drawSeed: () => drawn });
			const options = 'seed' in values ? { ...given, seed: values.seed as number } : given;
			record = { id, command: command.name, options, owner: request.user, place: request.place, state: 'waiting' };
			store.add(record);
			const reply = await command.run(values, this.#context(record, { ...blank, state: 'waiting' }, show));
			record.state = 'done';
			const view = this.#replyView({ ...blank, state: 'done', personal: command.personal === true }, record, reply);
			show(view);
			return { view, record, originals: reply.originals };
		} catch (error) {
			const { state, text, fault } = explain(error);
			if (fault === 'internal') log.error({ request: id, command: request.command, error }, 'a request failed');
			if (record) record.state = state;
			const view: MessageView = { ...blank, state, text, personal: !record };
			show(view);
			return { view, record, fault };
		}
	}

	/** The request whose message stands there: for buttonId('details', …) and buttonId('same', …) of message commands. */
	requestAt(place: Pick<Place, 'surface' | 'channel' | 'message'>): string | undefined {
		return this.#parts.store.at(place)?.id;
	}

	/** Takes up, through `surfaces`, what was open when the bot last stopped. Reports go to them from now on. */
	resume(_surfaces: readonly Surface[]): void {}

	/** From now on nothing ends for good: what is still open goes on after the next start. Before the runner is closed. */
	stop(): void {}

	/** A button press. The rules of who may press what are here, for every surface. */
	async press(id: string, user: User): Promise<PressOutcome> {
		const [action, requestId, index] = /^v1:([a-z]+):([\w-]+)(?::(\d{1,3}))?$/.exec(id)?.slice(1) ?? [];
		const record = this.#parts.store.get(requestId ?? '');
		if (!record) {
			return {
				type: 'whisper',
				text: 'This button is too old: its picture is no longer remembered. Run the command again.',
			};
		}
		const mayManage = user.staff || record.owner.id === user.id;
		switch (action) {
			case 'cancel':
				if (!mayManage) return { type: 'whisper', text: `Only ${record.owner.name} or staff can cancel this.` };
				if (this.#parts.runner.cancel(record.id)) return { type: 'whisper', text: 'Cancelling.' };
				return { type: 'whisper', text: 'This is no longer waiting or running.' };
			case 'delete':
				if (!mayManage) return { type: 'whisper', text: `Only ${record.owner.name} or staff can delete this.` };
				this.#parts.runner.cancel(record.id);
				this.#parts.store.delete(record.id);
				return { type: 'delete' };
			case 'again': {
				const { seed: _, ...options } = record.options;
				const request = { command: record.command, options, user };
				return { type: 'request', open: async (show, place) => (await this.open({ ...request, place }, show)).view };
			}
			default:
				return this.#commandAction(record, action, Number(index ?? 0), user);
		}
	}

	async #commandAction(record: RequestRecord, action: string, index: number, user: User): Promise<PressOutcome> {
		const { actions = {} } = findCommand(this.commands, record.command);
		const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
		if (!run || !record.job || !record.result) {
			return { type: 'whisper', text: 'This button does not work on this message.' };
		}
		const { job, result, options } = record;
		const reply = await run({ job, result, options, blobs: this.blobs, index });
		if ('command' in reply) {
			return { type: 'request', open: async (show, place) => (await this.open({ ...reply, user, place }, show)).view };
		}
		const base = { requestId: record.id, title: titleOf(this.commands, record), personal: false } as const;
		return {
			type: 'replace',
			view: this.#replyView({ ...base, state: record.state, text: '', figures: [], buttons: [] }, record, reply),
		};
	}

	#replyView(base: MessageView, record: RequestRecord, reply: Reply): MessageView {
		const { text, figures, attachments } = reply;
		return { ...base, text, figures, attachments, buttons: resultButtons(record, reply) };
	}

	#context(record: RequestRecord, blank: MessageView, show: Show): CommandContext {
		const { runner, store, results } = this.#parts;
		let heading = '';
		const mayCancel = (target: RequestRecord | undefined) => record.owner.staff || target?.owner.id === record.owner.id;
		return {
			blobs: this.blobs,
			results,
			models: () => runner.models(),
			tell: (text, figures = []) => {
				heading = text;
				show({ ...blank, state: 'running', text, figures });
			},
			perform: (job) => this.#perform(record, job, blank, (view) => show(under(heading, view))),
			cancel: (id) => mayCancel(store.get(id)) && runner.cancel(id),
			queue: () =>
				store
					.open()
					.filter((other) => other.job)
					.map(
						(other): QueueEntry => ({
							id: other.id,
							command: other.command,
							owner: other.owner.name,
							mine: other.owner.id === record.owner.id,
							position: runner.position(other.id),
						}),
					),
		};
	}

	/** Queues a job and turns its events into views until it ends. */
	#perform(record: RequestRecord, job: Job, blank: MessageView, show: Show): Promise<JobResult> {
		const { runner } = this.#parts;
		const cancel = { id: buttonId('cancel', record.id), label: 'Cancel', style: 'danger' } as const;
		let preview: Uint8Array | undefined;
		record.job = job;
		return new Promise<JobResult>((resolve, reject) => {
			this.#listeners.set(record.id, (event) => {
				switch (event.type) {
					case 'queued':
						record.state = 'waiting';
						show({ ...blank, state: 'waiting', text: waitingText(event.position), buttons: [cancel] });
						break;
					case 'started':
						record.state = 'running';
						show({ ...blank, state: 'running', text: 'Starting.', buttons: [cancel] });
						break;
					case 'progress': {
						preview = event.preview ?? preview;
						const { done, total } = event;
						const text = `Step ${done} of ${total}.`;
						show({ ...blank, state: 'running', text, progress: { done, total, preview }, buttons: [cancel] });
						break;
					}
					case 'done':
						record.result = event.result;
						resolve(event.result);
						break;
					case 'failed':
						reject(event.fault === 'user' ? new UserError(event.message) : new JobFailed(event.message));
						break;
					case 'cancelled':
						reject(new Cancelled());
				}
			});
			runner.submit(job, { id: record.id, owner: record.owner.id });
		}).finally(() => this.#listeners.delete(record.id));
	}
}

/** How a request ended. */
export interface Outcome {
	readonly view: MessageView;
	/** Absent when the request was refused before anything was done. */
	readonly record: RequestRecord | undefined;
	/** As in the command's reply. */
	readonly originals?: Reply['originals'];
	/** Whose mistake it was, when it did not end well. */
	readonly fault?: 'user' | 'internal';
}

function explain(error: unknown): { state: 'failed' | 'cancelled'; text: string; fault?: 'user' | 'internal' } {
	if (error instanceof Cancelled) return { state: 'cancelled', text: 'Cancelled.' };
	if (error instanceof UserError) return { state: 'failed', text: error.message, fault: 'user' };
	if (error instanceof JobFailed || error instanceof RunnerError) {
		return { state: 'failed', text: error.message, fault: 'internal' };
	}
	return { state: 'failed', text: 'Something went wrong on our side; it is in the log. Try again.', fault: 'internal' };
}

/** What a command last told stays in sight while its jobs wait and run. */
const under = (heading: string, view: MessageView): MessageView =>
	heading ? { ...view, text: `${heading} ${view.text}` } : view;

const usesModel = (command: Command) => Object.values(command.options).some((spec) => spec.kind === 'model');

const waitingText = (position: number) =>
	position === 0 ? 'Waiting: next in line.' : `Waiting: ${position} before this one.`;

/** What was asked, as a person would type it. */
const titleOf = (commands: readonly Command[], { command, options }: Pick<Request, 'command' | 'options'>): string =>
	shorten(requestLine(commands, command, options), MAX_TITLE_CHARACTERS);

/** A title is a line above the answer; the whole prompts stand in the answer's text. */
const MAX_TITLE_CHARACTERS = 250;
