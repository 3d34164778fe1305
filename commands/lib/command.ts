/**
 * A command is data and a function. From the registry in index.ts come the commands that chats
 * register, the text parser, the command line, forms and /help. Commands know no platform: they get checked values and a context, and return a
 * reply.
 */
import type { BlobRef, Job, JobResult } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { ResultStore } from '../../gpu/queue/results.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import type { RunSummary, TrainingRequest, TrainingRunner } from '../../gpu/queue/training-runner.ts';
import type { Moderation } from './moderation.ts';
import type { OptionSpecs, RawOptions, Values } from './options.ts';
import type { PromptFiles } from './prompt-files.ts';

/** A picture for people, still or moving, with the text that stands for it. */
export interface Figure {
	readonly bytes: Uint8Array;
	readonly type: 'image/png' | 'image/gif' | 'image/webp';
	readonly width: number;
	readonly height: number;
	/** What it shows, from what, with which settings. */
	readonly alt: string;
	/** A file name without directory, "anagram-180.png". */
	readonly filename: string;
	/** The job's picture that it shows, where it shows one alone and upright: such a one can be used as an input. */
	readonly source?: BlobRef;
}

/** A file that is no picture, such as a web page. */
export interface Attachment {
	readonly bytes: Uint8Array;
	/** The media type, "text/html". */
	readonly type: string;
	readonly filename: string;
}

/** What a command says back. */
export interface Reply {
	/** Plain sentences; no markup. */
	readonly text: string;
	readonly figures: readonly Figure[];
	/** Every single result as a loss-free PNG, where `figures` shows several in one. */
	readonly originals?: () => Promise<readonly Figure[]>;
	readonly attachments?: readonly Attachment[];
	/** Buttons of this command's own actions; the desk adds the general ones. */
	readonly buttons?: readonly ReplyButton[];
}

export interface ReplyButton {
	/** A key of the command's `actions` or `followUps`. */
	readonly action: string;
	readonly label: string;
	/** Which of several, from 0; for example which reading of an anagram to show. */
	readonly index?: number;
	/** It ends or destroys something. */
	readonly danger?: true;
}

/** A request of the presser's own that a button leads to, as if they had typed it. */
export interface FollowUp {
	readonly command: string;
	readonly options: RawOptions;
}

/** One entry of the queue, as /queue shows it. */
export interface QueueEntry {
	readonly id: string;
	readonly command: string;
	readonly owner: string;
	readonly mine: boolean;
	/** Jobs before it, or undefined while it runs. */
	readonly position: number | undefined;
	/** Others who come later may still start before it. */
	readonly mayGrow?: true;
	/** Its files are still being fetched and read. */
	readonly preparing?: true;
}

/** What the cancelling of a request does. */
export interface Cancelling {
	/** The training that it stops; the request then tells of its end. Absent: the request itself ends. */
	readonly stops?: string;
}

/** A request that is over, as /queue shows it. */
export interface RecentRequest {
	readonly id: string;
	/** As a person would type it. */
	readonly line: string;
	readonly state: 'done' | 'failed';
}

/** How far something is that goes on, and what can be done about it. */
export interface Standing {
	readonly progress?: { readonly done: number; readonly total: number };
	/** When it will probably be over, in milliseconds since 1970. */
	readonly endsAt?: number;
	readonly buttons?: readonly ReplyButton[];
}

/** Trainings of the digit networks, as far as this user may. */
export interface Trainings
	extends Pick<TrainingRunner, 'forecast' | 'losses' | 'onEvent' | 'remove' | 'resume' | 'runs' | 'status' | 'stop'> {
	/** As TrainingRunner.start, for this user and this request. */
	start(request: Pick<TrainingRequest, 'plan' | 'preset'>): Promise<RunSummary>;
	/** From now on this request stands for that run: whoever cancels it stops the training. */
	follow(run: string): void;
	/** The run that this request stood for before the bot was started again. */
	readonly followed?: string;
}

/** How commands are typed where the answer is read: each platform has a syntax of its own. */
export interface Wording {
	/** A request. */
	line(command: string, options?: RawOptions): string;
	/** A sentence in which commands are named as at the command line; what stands in quotation marks stays as it is. */
	hint(sentence: string): string;
}

export interface CommandContext {
	/** The request's id, which stays the same when the bot runs it again after a restart. */
	readonly request: string;
	readonly blobs: BlobStore;
	/**
	 * Queues the job, keeps the user's message up to date, and resolves with what it made.
	 *
	 * @throws {UserError} when the job cannot work as it was asked for
	 * @throws {Cancelled} when the request was cancelled
	 * @throws {TakesLong} when the person is asked first
	 * @throws {JobFailed} when the job failed by our fault
	 * @throws {RunnerError} when nothing can be run at present
	 */
	perform(job: Job): Promise<JobResult>;
	/** Says, and shows, in the user's message what goes on; the text stands before the progress of the jobs that follow. */
	tell(text: string, figures?: readonly Figure[], standing?: Standing): void;
	/** Shows, for good, what was reached: in a message of its own below the user's, where the platform has a place for that. */
	milestone(text: string, figures: readonly Figure[]): void;
	/** Results of earlier jobs, for a request so long that it should go on where it was stopped. */
	readonly results: ResultStore;
	models(): Promise<ModelList>;
	/** Requests that are being prepared, whose job waits or runs, or which follow a training, the oldest first. */
	queue(): readonly QueueEntry[];
	/** Cancels a request of this user (staff: of anyone) that `queue` lists; undefined when there is none. */
	cancel(id: string): Promise<Cancelling | undefined>;
	/** What this user has had made lately, or was to be made, the oldest first. */
	recent(): readonly RecentRequest[];
	/** What was shown at the end of a request of this user's; undefined when it is not remembered. */
	recall(id: string): Promise<Reply | undefined>;
	/** What staff decide. */
	readonly moderation: Moderation;
	readonly training: Trainings;
	readonly promptFiles: PromptFiles;
	/** How whoever reads the answer writes to the bot: of commands that it names. */
	readonly wording: Wording;
	/** Whether somebody is there to press a button: at the command line nobody is. */
	readonly canAsk: boolean;
	/** Aborted when the bot stops; a request that waits for anything but its jobs then ends, and goes on after the next start. */
	readonly stopping: AbortSignal;
}

/** What an action has to work with: everything a result is made from, also after a restart. */
export interface FinishedJob {
	readonly job: Job;
	readonly result: JobResult;
	/** The request's options as they were given. */
	readonly options: RawOptions;
	readonly blobs: BlobStore;
	readonly index: number;
}

export interface Command<S extends OptionSpecs = OptionSpecs> {
	/**
	 * Lower case, 1..32 characters a word. Two words where a command has verbs: "mnist train" and "mnist sample" are entries
	 * of their own, which chats may show as subcommands.
	 */
	readonly name: string;
	/** One line, 1..100 characters. */
	readonly summary: string;
	/** What to type after the name, as an example. */
	readonly example: string;
	readonly options: S;
	/** Only staff may ask for it: it takes long, or changes something for everybody. */
	readonly staffOnly?: true;
	/** It occupies the machine for long; the settings of a channel say whether only staff or everyone may ask for it there. */
	readonly trains?: true;
	/** The answer concerns only the person who asked, where a platform can show it so. */
	readonly personal?: true;
	run(options: Values<S>, context: CommandContext): Promise<Reply>;
	/** What this command's buttons do: show the same result otherwise, instead of the reply pressed, or ask for more. */
	readonly actions?: Readonly<Record<string, (finished: FinishedJob) => Promise<Reply | FollowUp>>>;
	/**
	 * Buttons that need no result, such as one that confirms: what each asks for, from the options as they were given, and
	 * from the training that the request stood for, if it stood for one.
	 */
	readonly followUps?: Readonly<Record<string, (options: RawOptions, index: number, training?: string) => FollowUp>>;
}

/** Types `run` by the options; the registry holds commands of all shapes. */
export function defineCommand<const S extends OptionSpecs>(command: Command<S>): Command {
	return command as unknown as Command;
}
