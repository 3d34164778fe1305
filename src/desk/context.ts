/** What a command has to work with, limited to what this request and its owner may do. */
import type { Cancelling, Command, CommandContext, Figure, QueueEntry } from '../../commands/lib/command.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import { TakesLong } from '../../commands/lib/perform-errors.ts';
import { costOf, isFullDisk, type Job } from '../../gpu/jobs/index.ts';
import type { ResultStore } from '../../gpu/queue/results.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import type { ModerationStore } from '../store/moderation.ts';
import type { RequestRecord, User } from '../store/records.ts';
import type { Admission } from './admission.ts';
import { loadReply } from './answers.ts';
import { resultButtons } from './buttons.ts';
import type { DeskDeps } from './deps.ts';
import { imprintOfProgress } from './imprint/write.ts';
import type { JobTracker } from './job-tracker.ts';
import { Overall } from './overall.ts';
import { promptFilesOf, withPromptFiles } from './prompt-files.ts';
import { channelOf } from './request.ts';
import type { RequestViews } from './request-views.ts';
import { trainingsOf } from './trainings.ts';
import { unknownWordNotes } from './unknown-words.ts';
import type { MessageView, Show } from './view.ts';

/** How far back /queue lists finished requests, in milliseconds. */
const RECENT_MS = 24 * 60 * 60 * 1000;

export interface ContextDeps
	extends Pick<DeskDeps, 'runner' | 'training' | 'artists' | 'store' | 'results' | 'blobs' | 'log'> {
	readonly moderation: ModerationStore;
	readonly admission: Pick<Admission, 'admitJob'>;
	readonly tracker: JobTracker;
	readonly views: Pick<RequestViews, 'line' | 'wording'>;
	/** Requests that are under way in this process. */
	readonly live: ReadonlyMap<string, RequestRecord>;
	/** Whether a request has anything under way that can be cancelled. */
	readonly canBeCancelled: (record: RequestRecord) => boolean;
	/** Whether the request's files have arrived and it has been checked. */
	readonly isPrepared: (id: string) => boolean;
	/** See Requests.cancel. */
	readonly cancel: (id: string) => Promise<Cancelling | undefined>;
	/** Stores a record's changes. Does not throw. */
	readonly save: (record: RequestRecord) => void;
	/** Aborted when the bot stops. */
	readonly stopping: AbortSignal;
}

/** A request that has passed all checks. */
export interface CheckedRequest {
	readonly record: RequestRecord;
	readonly command: Command;
	/** The models at the time when it was checked; none if its command uses no model. */
	readonly known: ModelList;
	/** Whether the person wants it no matter how long it takes. */
	readonly confirmed: boolean;
	/** Its view, to be filled in with its progress. */
	readonly blank: MessageView;
}

/**
 * A request keeps its context as long as it waits, and uses little of it. So the parts are getters, which make them when they are
 * used.
 */
export class RequestContext implements CommandContext {
	readonly #deps: ContextDeps;
	readonly #request: CheckedRequest;
	readonly #show: Show;
	/** The run that it followed before this start of the bot. */
	readonly #followed: string | undefined;
	#told = NOTHING;
	#overall: Overall | undefined;
	#imprint: ReturnType<typeof imprintOfProgress> | undefined;

	constructor(deps: ContextDeps, request: CheckedRequest, show: Show) {
		this.#deps = deps;
		this.#request = request;
		this.#show = show;
		this.#followed = request.record.training?.run;
	}

	get request(): string {
		return this.#request.record.id;
	}

	get blobs() {
		return this.#deps.blobs;
	}

	get film(): CommandContext['film'] {
		const { artists, tracker } = this.#deps;
		return (film, input) => artists.draw(film, input, tracker.signal(this.request));
	}

	get results() {
		return resultsFor(this.#request.record, this.#deps);
	}

	get asker() {
		return this.#request.record.owner;
	}

	get moderation() {
		return this.#deps.moderation.in(channelOf(this.#request.record));
	}

	get models() {
		return () => this.#deps.runner.models();
	}

	get devices() {
		return () => this.#deps.runner.devices();
	}

	get promptFiles() {
		return promptFilesOf(this.#request.record, { ...this.#deps, models: this.models });
	}

	get training() {
		return trainingsOf(this.#request.record, this.#followed, this.#deps);
	}

	get wording() {
		return this.#deps.views.wording(this.#request.record);
	}

	get canAsk() {
		return this.#request.record.messageRef !== undefined;
	}

	get stopping() {
		return this.#deps.stopping;
	}

	get tell(): CommandContext['tell'] {
		return (text, figures = [], { progress, endsAt, buttons = [] } = {}) => {
			// As in the reply, so that a picture that is shown in both is the same file.
			const shown = resultButtons(this.#request.record, [], buttons);
			this.#told = { text, figures: this.#imprinted(figures), buttons: shown };
			const eta = endsAt === undefined ? undefined : { endsAt };
			this.#show({ ...this.#running, progress, eta, ...this.#overall?.state() });
		};
	}

	get askFirst(): CommandContext['askFirst'] {
		return (seconds) => {
			if (!this.#request.confirmed && this.canAsk) throw new TakesLong(seconds);
		};
	}

	get together(): CommandContext['together'] {
		return (jobs) => {
			this.#overall = new Overall(jobs);
		};
	}

	get milestone(): CommandContext['milestone'] {
		return (text, figures) => {
			this.#show({ ...this.#running, milestone: { text, figures: this.#imprinted(figures) } });
		};
	}

	get perform(): CommandContext['perform'] {
		return async (job, { aside = false } = {}) => {
			const { admission, tracker } = this.#deps;
			const { record, command, known, blank } = this.#request;
			costOf(job); // refuses a job that cannot run before it waits in line
			// A command that reports on itself has already said how long it takes, and done part of the work.
			if (!this.#told.text) askFirst(job, this.#request, this.#deps);
			admission.admitJob(command, record);
			const { job: whole, notes } = await withPromptFiles(job, record, { ...this.#deps, models: this.models });
			const show = (view: MessageView) => {
				const part = aside ? withoutProgress(view) : (this.#overall?.within(job, view) ?? view);
				this.#show(under(this.#told, part));
			};
			const result = await tracker.perform(record, whole, blank, show);
			if (!aside) this.#overall?.finished(job);
			const ours = [...uploadNotes(record.options), ...notes, ...unknownWordNotes(whole, known)];
			return { ...result, notes: [...ours, ...result.notes] };
		};
	}

	get cancel(): CommandContext['cancel'] {
		const { live, cancel } = this.#deps;
		return async (id) => (this.#owner.staff || this.#isMine(live.get(id)) ? cancel(id) : undefined);
	}

	get queue(): CommandContext['queue'] {
		const { live, tracker, canBeCancelled, isPrepared } = this.#deps;
		return () =>
			[...live.values()].filter(canBeCancelled).map(
				(other): QueueEntry => ({
					id: other.id,
					command: other.command,
					owner: other.owner.name,
					mine: this.#isMine(other),
					position: tracker.position(other.id),
					...(tracker.mayGrow(other.id) && { mayGrow: true }),
					...(!isPrepared(other.id) && { preparing: true }),
				}),
			);
	}

	get recent(): CommandContext['recent'] {
		const { store, views } = this.#deps;
		return () =>
			store
				.endedSince(this.#owner.id, Date.now() - RECENT_MS)
				.filter(({ job, madeFor }) => job && !madeFor)
				.flatMap((other) => {
					const { id, state } = other;
					return state === 'done' || state === 'failed' ? [{ id, line: views.line(other), state }] : [];
				});
	}

	get recall(): CommandContext['recall'] {
		const { store, blobs } = this.#deps;
		return async (id) => {
			const other = store.get(id);
			return other?.answer && this.#isMine(other) ? loadReply(blobs, other.answer) : undefined;
		};
	}

	get #owner(): User {
		return this.#request.record.owner;
	}

	/** The view of a request that is at work, with what its command told last. */
	get #running(): MessageView {
		return { ...this.#request.blank, state: 'running', ...this.#told };
	}

	#imprinted(figures: readonly Figure[]): readonly Figure[] {
		const { record, command } = this.#request;
		this.#imprint ??= imprintOfProgress(record, command.options);
		return this.#imprint(figures);
	}

	#isMine(other: RequestRecord | undefined): boolean {
		return other?.owner.id === this.#owner.id;
	}
}

/** Results that outlive the bot, and from which the request is resumed. */
function resultsFor(
	record: RequestRecord,
	{ results, log, save }: Pick<ContextDeps, 'results' | 'log' | 'save'>,
): Pick<ResultStore, 'get' | 'put'> {
	return {
		get: (key) => results.get(key),
		put: async (key, result) => {
			try {
				await results.put(key, result);
			} catch (error) {
				if (!isFullDisk(error)) throw error;
				// The result is shown anyway; it is only computed again after a restart.
				log.error({ request: record.id, error }, 'a result could not be stored');
				return;
			}
			// If the bot crashes, the request resumes from here, so earlier crashes no longer count.
			record.crashes = 0;
			save(record);
		},
	};
}

/** Notes about a request's files, one sentence each. */
const uploadNotes = (options: RawOptions): string[] =>
	Object.values(options).flatMap((value) => (typeof value === 'object' && value.note ? [value.note] : []));

/** Throws a TakesLong when a job takes longer than the channel allows without asking first. */
function askFirst(job: Job, { record, confirmed }: CheckedRequest, { tracker, moderation }: ContextDeps): void {
	const { askAfter } = moderation.settings(channelOf(record));
	if (askAfter === undefined || confirmed || record.messageRef === undefined) return;
	const seconds = (tracker.expected(job) ?? 0) / 1000;
	if (seconds > askAfter * 60) throw new TakesLong(seconds);
}

/** Keeps a command's latest text and figures in the message while its jobs wait and run. */
const under = ({ text, figures, buttons }: Told, view: MessageView): MessageView => ({
	...view,
	text: [text, view.text].filter((part) => part !== '').join(' '),
	figures,
	// A command with its own buttons provides its own way to stop, so its jobs have no Cancel.
	buttons: buttons.length > 0 ? buttons : view.buttons,
});

const withoutProgress = ({ progress, eta, ...view }: MessageView): MessageView => ({
	...view,
	text: view.state === 'running' ? '' : view.text,
});

type Told = Pick<MessageView, 'text' | 'figures' | 'buttons'>;

const NOTHING: Told = { text: '', figures: [], buttons: [] };
