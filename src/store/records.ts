/** What the bot stores about its requests: enough to show, cancel, repeat, resume and re-present each of them. */
import type { Counterpart, ReplyButton } from '../../commands/lib/command.ts';
import type { Person, RawOptions } from '../../commands/lib/options.ts';
import type { BlobRef, Job, JobResult } from '../../gpu/jobs/index.ts';

/** A person on a platform, in the context of one of their requests. */
export interface User extends Person {
	/** Staff may cancel and delete other people's requests. */
	readonly staff: boolean;
	/** The platform's ids of the person's roles, at least those that some channel's settings mention; not stored. */
	readonly roles?: readonly string[];
}

export type RequestState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Where a message is, as plain JSON. The platform adds whatever else it needs to find the message again. */
export interface MessageRef {
	/** The platform's name. */
	readonly platform: string;
	/** Unique across platforms, because it starts with the platform's name. Settings belong to channels. */
	readonly channel: string;
	/** The platform's own id of the message, unique in its channel. */
	readonly message: string;
	readonly [more: string]: string | number | boolean;
}

/** What identifies a message. */
export type MessageKey = Pick<MessageRef, 'platform' | 'channel' | 'message'>;

/** One request: a command with its options, and what became of it. */
export interface RequestRecord {
	readonly id: string;
	readonly command: string;
	/** As given, plus the seed even if it was drawn, so that running them again makes the same picture. */
	options: RawOptions;
	readonly owner: User;
	/** Who asked for the pictures, if this request only shows them to its owner in another way. */
	readonly madeFor?: Person;
	/** Absent on the command line, which has no message to edit. */
	messageRef?: MessageRef;
	/** A request that is being prepared also counts as running. */
	state: RequestState;
	/** The job that the command queued last, if it queued one. */
	job?: Job;
	result?: JobResult;
	/** The final answer. */
	answer?: StoredAnswer;
	/** How often the bot died while preparing or running it without any lasting progress in between. */
	crashes?: number;
	/** The training that it represents, and how many of its steps were saved when the bot last resumed the request. */
	training?: { readonly run: string; readonly keptSteps: number };
	/** In milliseconds since 1970; the store sets it when the request is added. */
	created?: number;
	/** When its last job started to run, in milliseconds since 1970. */
	began?: number;
	/** When it ended, in milliseconds since 1970. */
	ended?: number;
	/** When it was deleted, in milliseconds since 1970. It can be restored for a short while after that. */
	deleted?: number;
}

/** A reply whose pictures and files are in the blob store. */
export interface StoredAnswer {
	readonly text: string;
	readonly figures: readonly StoredFigure[];
	readonly attachments: readonly StoredFile[];
	readonly buttons?: readonly ReplyButton[];
}

export interface StoredFile {
	readonly bytes: BlobRef;
	/** The media type. */
	readonly type: string;
	readonly filename: string;
}

export interface StoredFigure extends StoredFile {
	readonly type: 'image/png' | 'image/gif' | 'image/webp';
	readonly width: number;
	readonly height: number;
	readonly alt: string;
	readonly source?: BlobRef;
	readonly prompt?: string;
	readonly against?: Omit<Counterpart, 'bytes'> & { readonly bytes: BlobRef };
	readonly factor?: number;
}
