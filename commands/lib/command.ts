/**
 * A command is data plus a run function. The commands that chats register, the text parser, the command line, forms and
 * /help all derive from the registry in index.ts. Commands are independent of the platform: they receive checked values
 * and a context, and return a reply.
 */
import type { BlobRef, Job, JobResult } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { ResultStore } from '../../gpu/queue/results.ts';
import type { DeviceReport, ModelList } from '../../gpu/queue/runner.ts';
import type { RunSummary, TrainingRequest, TrainingRunner } from '../../gpu/queue/training-runner.ts';
import type { FilmInputs, FilmName } from './films.ts';
import type { Moderation } from './moderation.ts';
import type { OptionSpecs, Person, RawOptions, Values } from './options.ts';
import type { PromptFiles } from './prompt-files.ts';

/** A still or animated picture to show people, with its alt text. */
export interface Figure {
	readonly bytes: Uint8Array;
	readonly type: 'image/png' | 'image/gif' | 'image/webp';
	readonly width: number;
	readonly height: number;
	/** What it shows, what it was made from, and with which settings. */
	readonly alt: string;
	/** A file name without a directory, such as "anagram-180.png". */
	readonly filename: string;
	/**
	 * The picture that the figure shows, where it shows exactly one: the job's own, or that one as it is seen through a view. It can be
	 * used as an input.
	 */
	readonly source?: BlobRef;
	/** The seed that makes what it shows, where that is one picture of a job. */
	readonly seed?: number;
	/** What that shows, where it is not what the job's picture shows upright. */
	readonly prompt?: string;
	/** What it is held against, where there is a way to show both in one place. */
	readonly against?: Counterpart;
	/** So many of its pixels a side show one of the model's; 1 if absent. */
	readonly factor?: number;
}

/** The same picture seen otherwise, or what it was made from: of its proportions, a PNG. */
export interface Counterpart {
	readonly bytes: Uint8Array;
	/** What the figure is beside it, and what it is: "edit", "original". */
	readonly labels: readonly [figure: string, counterpart: string];
	/** It is the same picture, seen through a view. */
	readonly turned?: true;
}

/** A file that is not a picture, such as a web page. */
export interface Attachment {
	readonly bytes: Uint8Array;
	/** The media type, such as "text/html". */
	readonly type: string;
	readonly filename: string;
}

/** What a command replies with. */
export interface Reply {
	/** Plain sentences; no markup. */
	readonly text: string;
	readonly figures: readonly Figure[];
	/** Every result by itself as a lossless PNG, where `figures` combines several in one. */
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
	/** Pressing it ends or destroys something. */
	readonly danger?: true;
}

/** A request that a button makes for the person who presses it, as if they had typed it. */
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
	/** How many jobs are ahead of it; undefined while it runs. */
	readonly position: number | undefined;
	/** Jobs that arrive later may still start before it. */
	readonly mayGrow?: true;
	/** Its files are still being fetched and read. */
	readonly preparing?: true;
}

/** What cancelling a request does. */
export interface Cancelling {
	/** The training that it stops; the request then reports how it ended. Absent: the request itself ends. */
	readonly stops?: string;
}

/** A request that has ended, as /queue shows it. */
export interface RecentRequest {
	readonly id: string;
	/** As a person would type it. */
	readonly line: string;
	readonly state: 'done' | 'failed';
}

/** How far something in progress has got, and what can be done about it. */
export interface Standing {
	readonly progress?: { readonly done: number; readonly total: number };
	/** When it will probably end, in milliseconds since 1970. */
	readonly endsAt?: number;
	readonly buttons?: readonly ReplyButton[];
}

/** How long several jobs will take: all of them, and each. */
export interface JobsTogether {
	readonly seconds: number;
	readonly of: (job: Job) => number;
}

/** Trainings of the digit networks, within what this user may do. */
export interface Trainings
	extends Pick<TrainingRunner, 'forecast' | 'losses' | 'onEvent' | 'remove' | 'resume' | 'runs' | 'status' | 'stop'> {
	/** Like `TrainingRunner.start`, for this user and this request. */
	start(request: Pick<TrainingRequest, 'plan' | 'preset'>): Promise<RunSummary>;
	/** From now on this request stands for that run: cancelling the request stops the training. */
	follow(run: string): void;
	/** The run that this request stood for before the bot restarted. */
	readonly followed?: string;
}

/** How commands are typed where the answer is read: each platform has its own syntax. */
export interface Wording {
	/** Writes a request. */
	line(command: string, options?: RawOptions): string;
	/** Rewrites a sentence that names commands as on the command line; anything in quotation marks is left alone. */
	hint(sentence: string): string;
}

/** Where pictures are, and who draws films of them. */
export interface Studio {
	readonly blobs: BlobStore;
	/**
	 * Draws a film in another process: it takes seconds.
	 *
	 * @throws {Cancelled} when the request was cancelled
	 */
	readonly film: DrawFilm;
}

export type DrawFilm = <F extends FilmName>(film: F, input: FilmInputs[F]) => Promise<Figure>;

/** Not to be copied with a spread: its parts may be getters of a class. */
export interface CommandContext extends Studio {
	/** The request's id, which stays the same when the bot runs it again after a restart. */
	readonly request: string;
	readonly asker: Person;
	/**
	 * Queues the job, keeps the user's message up to date, and resolves with what it made.
	 *
	 * @param options.aside for a job that only prepares what was asked for: its progress and time are not shown
	 * @throws {UserError} when the job cannot work as it was asked for
	 * @throws {Cancelled} when the request was cancelled
	 * @throws {TakesLong} when the user has to be asked first
	 * @throws {JobFailed} when the job failed through our fault
	 * @throws {RunnerError} when nothing can be run right now
	 */
	perform(job: Job, options?: { readonly aside?: boolean }): Promise<JobResult>;
	/** Shows in the user's message what is going on; the text precedes the progress of the jobs that follow. */
	tell(text: string, figures?: readonly Figure[], standing?: Standing): void;
	/**
	 * Asks the person first whether something that takes so long is to start; once they have said so, and where nobody can be
	 * asked, it goes on.
	 *
	 * @throws {TakesLong} when they are asked
	 */
	askFirst(seconds: number): void;
	/** From now on the jobs that follow share one bar and one time. */
	together(jobs: JobsTogether): void;
	/** Shows a milestone for good, in a separate message below the user's where the platform supports that. */
	milestone(text: string, figures: readonly Figure[]): void;
	/** Results of earlier jobs, so that a very long request can resume where it was stopped. */
	readonly results: ResultStore;
	models(): Promise<ModelList>;
	/**
	 * Where jobs run.
	 *
	 * @throws {RunnerError} when the devices cannot be asked
	 */
	devices(): Promise<readonly DeviceReport[]>;
	/** Requests that are being prepared, have a waiting or running job, or follow a training; oldest first. */
	queue(): readonly QueueEntry[];
	/** Cancels one of this user's requests (staff: anyone's) that `queue` lists; undefined when there is none. */
	cancel(id: string): Promise<Cancelling | undefined>;
	/** This user's recent requests, done or failed; oldest first. */
	recent(): readonly RecentRequest[];
	/** The final reply to one of this user's requests; undefined when none is stored. */
	recall(id: string): Promise<Reply | undefined>;
	/** What staff have decided. */
	readonly moderation: Moderation;
	readonly training: Trainings;
	readonly promptFiles: PromptFiles;
	/** How the reader of the answer types the commands that it names. */
	readonly wording: Wording;
	/** Whether somebody is there to press a button; on the command line nobody is. */
	readonly canAsk: boolean;
	/** Aborted when the bot stops; a request waiting for anything but its jobs then ends, and resumes after the next start. */
	readonly stopping: AbortSignal;
}

/** What an action has to work with: everything a result was made from, even after a restart. */
export interface FinishedJob extends Studio {
	readonly job: Job;
	readonly result: JobResult;
	/** The request's options as they were given. */
	readonly options: RawOptions;
	readonly index: number;
}

export interface Command<S extends OptionSpecs = OptionSpecs> {
	/**
	 * Lower case, 1..32 characters per word. Two words where a command has verbs: "mnist train" and "mnist sample" are
	 * separate entries, which chats may show as subcommands.
	 */
	readonly name: string;
	/** One line, 1..100 characters. */
	readonly summary: string;
	/** What to type after the name, as an example. */
	readonly example: string;
	readonly options: S;
	/** Only staff may use it: it takes a long time, or changes something for everybody. */
	readonly staffOnly?: true;
	/** It occupies the machine for a long time; a channel's settings say whether only staff or everyone may use it there. */
	readonly trains?: true;
	/** Only the person who asked sees the answer, where the platform can do that. */
	readonly personal?: true;
	run(options: Values<S>, context: CommandContext): Promise<Reply>;
	/** What this command's buttons do: replace the reply with the same result shown differently, or make another request. */
	readonly actions?: Readonly<Record<string, (finished: FinishedJob) => Promise<Reply | FollowUp>>>;
	/**
	 * Buttons that need no result, such as one that confirms: the request that each makes, from the options as they were
	 * given and the training that the request stood for, if any.
	 */
	readonly followUps?: Readonly<Record<string, (options: RawOptions, index: number, training?: string) => FollowUp>>;
}

/** Types `run` from the options, then drops that type: the registry holds commands of all shapes. */
export function defineCommand<const S extends OptionSpecs>(command: Command<S>): Command {
	return command as unknown as Command;
}
