/** What a command is given to work with, as far as this request and its owner may. */
import type { Cancelling, CommandContext, QueueEntry, Trainings, Wording } from '../../commands/lib/command.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import { TakesLong } from '../../commands/lib/perform-errors.ts';
import { costOf, isFullDisk, type Job, UserError } from '../../gpu/jobs/index.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import type { ModerationStore } from '../store/moderation.ts';
import type { RequestRecord } from '../store/records.ts';
import { loadReply } from './answers.ts';
import { resultButtons } from './buttons.ts';
import type { DeskDeps } from './deps.ts';
import type { JobTracker } from './job-tracker.ts';
import { promptFilesOf, withPromptFiles } from './prompt-files.ts';
import { channelOf } from './request.ts';
import { unknownWordNotes } from './unknown-words.ts';
import type { MessageView, Show } from './view.ts';

/** /queue lists what was made in this time; in milliseconds. */
const RECENT_MS = 24 * 60 * 60 * 1000;

export interface ContextDeps extends Pick<DeskDeps, 'runner' | 'training' | 'store' | 'results' | 'blobs' | 'log'> {
	readonly moderation: ModerationStore;
	readonly tracker: JobTracker;
	/** The models as they were when the request was checked; none where it names none. */
	readonly known: ModelList;
	/** Requests that are under way in this process. */
	readonly live: ReadonlyMap<string, RequestRecord>;
	/** Whether there is anything of a request that goes on by itself. */
	readonly canBeCancelled: (record: RequestRecord) => boolean;
	/** Whether its files are here, and it was checked. */
	readonly isPrepared: (id: string) => boolean;
	/** As Requests.cancel. */
	readonly cancel: (id: string) => Promise<Cancelling | undefined>;
	/** Whether the person wants it however long it takes. */
	readonly confirmed: boolean;
	/** Keeps what has changed in a record. Does not throw. */
	readonly save: (record: RequestRecord) => void;
	/** A request as a person would type it. */
	readonly line: (record: RequestRecord) => string;
	/** Of whoever reads the answer. */
	readonly wording: Wording;
	/** Throws a UserError when one more job is too much for this person; most are refused before they get here. */
	readonly checkLimits: () => void;
	/** Aborted when the bot stops. */
	readonly stopping: AbortSignal;
}

/**
 * @param blank the view of the request, to be filled with what goes on
 * @param show takes every state of it
 */
export function commandContext(
	deps: ContextDeps,
	record: RequestRecord,
	blank: MessageView,
	show: Show,
): CommandContext {
	const { runner, store, results, blobs, moderation, tracker, live, cancel, save, checkLimits, stopping, log } = deps;
	const { line, wording } = deps;
	const { owner } = record;
	let told: Told = { text: '', figures: [], buttons: [] };
	const models = () => runner.models();
	const isMine = (other: RequestRecord | undefined) => other?.owner.id === owner.id;
	return {
		request: record.id,
		blobs,
		results: {
			get: (key) => results.get(key),
			put: async (key, result) => {
				try {
					await results.put(key, result);
				} catch (error) {
					if (!isFullDisk(error)) throw error;
					// What was made is shown all the same; after a restart it is made again.
					log.error({ request: record.id, error }, 'a result could not be kept');
					return;
				}
				// It goes on from here, whatever the bot dies of.
				record.crashes = 0;
				save(record);
			},
		},
		moderation: moderation.in(channelOf(record)),
		models,
		promptFiles: promptFilesOf(record, { store, blobs, models }),
		training: trainingsOf(record, deps),
		wording,
		canAsk: record.messageRef !== undefined,
		stopping,
		tell: (text, figures = [], { progress, endsAt, buttons = [] } = {}) => {
			told = { text, figures, buttons: resultButtons(record, [], buttons) };
			const eta = endsAt === undefined ? undefined : { endsAt };
			show({ ...blank, state: 'running', ...told, progress, eta });
		},
		milestone: (text, figures) => show({ ...blank, state: 'running', ...told, milestone: { text, figures } }),
		perform: async (job) => {
			costOf(job); // refuses what cannot run before it waits in line
			// What tells of itself has said how long it takes, and made some of it.
			if (!told.text) askFirst(job, deps, record);
			checkLimits();
			const { job: whole, notes } = await withPromptFiles(job, record, { store, models });
			const result = await tracker.perform(record, whole, blank, (view) => show(under(told, view)));
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

/** What is to be said of the files of a request, one sentence each. */
const uploadNotes = (options: RawOptions): string[] =>
	Object.values(options).flatMap((value) => (typeof value === 'object' && value.note ? [value.note] : []));

/** Throws a TakesLong when a job takes longer than people of the channel want to be surprised by. */
function askFirst(job: Job, { tracker, moderation, confirmed }: ContextDeps, record: RequestRecord): void {
	const { askAfter } = moderation.settings(channelOf(record));
	if (askAfter === undefined || confirmed || record.messageRef === undefined) return;
	const seconds = (tracker.expected(job) ?? 0) / 1000;
	if (seconds > askAfter * 60) throw new TakesLong(seconds);
}

/** What a command last told stays in sight while its jobs wait and run. */
const under = ({ text, figures, buttons }: Told, view: MessageView): MessageView => ({
	...view,
	text: text ? `${text} ${view.text}` : view.text,
	figures,
	// What has a way of its own to end is not cancelled job by job.
	buttons: buttons.length > 0 ? buttons : view.buttons,
});

type Told = Pick<MessageView, 'text' | 'figures' | 'buttons'>;

/** Trainings in the name of whoever asked; what is deleted is lost for everyone, so only staff may. */
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
