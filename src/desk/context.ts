/** What a command has to work with, limited to what this request and its owner may do. */
import type { Cancelling, CommandContext, QueueEntry, Trainings, Wording } from '../../commands/lib/command.ts';
import type { OptionSpecs, RawOptions } from '../../commands/lib/options.ts';
import { TakesLong } from '../../commands/lib/perform-errors.ts';
import { costOf, isFullDisk, type Job, UserError } from '../../gpu/jobs/index.ts';
import { type DeviceReport, type ModelList, RunnerError } from '../../gpu/queue/runner.ts';
import type { ModerationStore } from '../store/moderation.ts';
import type { RequestRecord } from '../store/records.ts';
import { loadReply } from './answers.ts';
import { resultButtons } from './buttons.ts';
import type { DeskDeps } from './deps.ts';
import { imprintOfProgress } from './imprint/write.ts';
import type { JobTracker } from './job-tracker.ts';
import { Overall } from './overall.ts';
import { promptFilesOf, withPromptFiles } from './prompt-files.ts';
import { channelOf } from './request.ts';
import { unknownWordNotes } from './unknown-words.ts';
import type { MessageView, Show } from './view.ts';

/** How far back /queue lists finished requests, in milliseconds. */
const RECENT_MS = 24 * 60 * 60 * 1000;

export interface ContextDeps
	extends Pick<DeskDeps, 'runner' | 'training' | 'artists' | 'store' | 'results' | 'blobs' | 'log'> {
	readonly moderation: ModerationStore;
	readonly tracker: JobTracker;
	/** The models at the time when the request was checked; none if its command uses no model. */
	readonly known: ModelList;
	/** Requests that are under way in this process. */
	readonly live: ReadonlyMap<string, RequestRecord>;
	/** Whether a request has anything under way that can be cancelled. */
	readonly canBeCancelled: (record: RequestRecord) => boolean;
	/** Whether the request's files have arrived and it has been checked. */
	readonly isPrepared: (id: string) => boolean;
	/** See Requests.cancel. */
	readonly cancel: (id: string) => Promise<Cancelling | undefined>;
	/** Whether the person wants it no matter how long it takes. */
	readonly confirmed: boolean;
	/** Stores a record's changes. Does not throw. */
	readonly save: (record: RequestRecord) => void;
	/** A request as a typed line. */
	readonly line: (record: RequestRecord) => string;
	/** The syntax of the place where the answer is read. */
	readonly wording: Wording;
	/** Throws a UserError when this person may not queue another job; most requests are refused before they get here. */
	readonly checkLimits: () => void;
	/** Aborted when the bot stops. */
	readonly stopping: AbortSignal;
}

/**
 * @param specs the options of its command
 * @param blank the request's view, to be filled in with its progress
 * @param show receives each new view
 */
export function commandContext(
	deps: ContextDeps,
	record: RequestRecord,
	specs: OptionSpecs,
	blank: MessageView,
	show: Show,
): CommandContext {
	const { runner, store, results, blobs, moderation, tracker, live, cancel, save, checkLimits, stopping, log } = deps;
	const { artists, line, wording } = deps;
	const { owner } = record;
	let told: Told = { text: '', figures: [], buttons: [] };
	let overall: Overall | undefined;
	const imprint = imprintOfProgress(record, specs);
	const models = () => runner.models();
	const isMine = (other: RequestRecord | undefined) => other?.owner.id === owner.id;
	return {
		request: record.id,
		blobs,
		film: (film, input) => artists.draw(film, input, tracker.signal(record.id)),
		results: {
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
		},
		moderation: moderation.in(channelOf(record)),
		models,
		devices: () => runner.devices().catch(noDevices),
		promptFiles: promptFilesOf(record, { store, blobs, models }),
		training: trainingsOf(record, deps),
		wording,
		canAsk: record.messageRef !== undefined,
		stopping,
		tell: (text, figures = [], { progress, endsAt, buttons = [] } = {}) => {
			// As in the reply, so that a picture that is shown in both is the same file.
			told = { text, figures: imprint(figures), buttons: resultButtons(record, [], buttons) };
			const eta = endsAt === undefined ? undefined : { endsAt };
			show({ ...blank, state: 'running', ...told, progress, eta, ...overall?.state() });
		},
		askFirst: (seconds) => {
			if (!deps.confirmed && record.messageRef !== undefined) throw new TakesLong(seconds);
		},
		together: (jobs) => {
			overall = new Overall(jobs);
		},
		milestone: (text, figures) => {
			const milestone = { text, figures: imprint(figures) };
			show({ ...blank, state: 'running', ...told, milestone });
		},
		perform: async (job, { aside = false } = {}) => {
			costOf(job); // refuses a job that cannot run before it waits in line
			// A command that reports on itself has already said how long it takes, and done part of the work.
			if (!told.text) askFirst(job, deps, record);
			checkLimits();
			const { job: whole, notes } = await withPromptFiles(job, record, { store, models });
			const part = (view: MessageView) => (aside ? withoutProgress(view) : (overall?.within(job, view) ?? view));
			const result = await tracker.perform(record, whole, blank, (view) => show(under(told, part(view))));
			if (!aside) overall?.finished(job);
			const ours = [...uploadNotes(record.options), ...notes, ...unknownWordNotes(whole, deps.known)];
			return { ...result, notes: [...ours, ...result.notes] };
		},
		cancel: async (id) => (owner.staff || isMine(live.get(id)) ? cancel(id) : undefined),
		queue: () =>
			[...live.values()].filter(deps.canBeCancelled).map(
				(other): QueueEntry => ({
					id: other.id,
					command: other.command,
					owner: other.owner.name,
					mine: isMine(other),
					position: tracker.position(other.id),
					...(tracker.mayGrow(other.id) && { mayGrow: true }),
					...(!deps.isPrepared(other.id) && { preparing: true }),
				}),
			),
		recent: () =>
			store
				.endedSince(owner.id, Date.now() - RECENT_MS)
				.filter(({ job, madeFor }) => job && !madeFor)
				.flatMap((other) => {
					const { id, state } = other;
					return state === 'done' || state === 'failed' ? [{ id, line: line(other), state }] : [];
				}),
		recall: async (id) => {
			const other = store.get(id);
			return other?.answer && isMine(other) ? loadReply(blobs, other.answer) : undefined;
		},
	};
}

function noDevices(error: unknown): readonly DeviceReport[] {
	if (error instanceof RunnerError) return [];
	throw error;
}

/** Notes about a request's files, one sentence each. */
const uploadNotes = (options: RawOptions): string[] =>
	Object.values(options).flatMap((value) => (typeof value === 'object' && value.note ? [value.note] : []));

/** Throws a TakesLong when a job takes longer than the channel allows without asking first. */
function askFirst(job: Job, { tracker, moderation, confirmed }: ContextDeps, record: RequestRecord): void {
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

/** Trainings on behalf of the request's owner. Deleting a run affects everyone, so only staff may. */
function trainingsOf(record: RequestRecord, { training, save }: Pick<ContextDeps, 'training' | 'save'>): Trainings {
	const { id: request, owner } = record;
	return {
		followed: record.training?.run,
		follow: (run) => {
			if (record.training?.run !== run) record.training = { run, keptSteps: 0 };
			save(record);
		},
		start: ({ plan, preset }) => training.start({ plan, preset, who: owner.name, request }),
		resume: (id) => training.resume(id),
		stop: () => training.stop(),
		status: () => training.status(),
		runs: () => training.runs(),
		losses: (id) => training.losses(id),
		forecast: (plan) => training.forecast(plan),
		onEvent: (listener) => training.onEvent(listener),
		remove: async (id) => {
			if (!owner.staff) throw new UserError('Only staff can delete a training run.');
			await training.remove(id);
		},
	};
}
