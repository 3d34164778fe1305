/** What the bot remembers of the requests it took: enough to show, cancel, repeat, resume and re-present each of them. */
import type { ReplyButton } from '../../commands/lib/command.ts';
import type { Person, RawOptions } from '../../commands/lib/options.ts';
import type { BlobRef, Job, JobResult } from '../../gpu/jobs/index.ts';

/** Somebody on a platform, for as long as a request of theirs is looked after. */
export interface User extends Person {
	/** Staff may cancel and delete what others asked for. */
	readonly staff: boolean;
	/** The platform's ids of roles that they have, as far as channels make a difference by them; not stored. */
	readonly roles?: readonly string[];
}

export type RequestState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Where a message is. Plain JSON; what else its platform needs to find it again stands beside these. */
export interface MessageRef {
	/** The platform's name. */
	readonly platform: string;
	/** Unique over all platforms, as it begins with the platform's name. Settings belong to channels. */
	readonly channel: string;
	/** The platform's own id of the message, unique in its channel. */
	readonly message: string;
	readonly [more: string]: string | number | boolean;
}

/** What tells a message from all others. */
export type MessageKey = Pick<MessageRef, 'platform' | 'channel' | 'message'>;

/** One request: a command with its options, and what became of it. */
export interface RequestRecord {
	readonly id: string;
	readonly command: string;
	/** As given, the seed included even when it was drawn: running them again makes the same picture. */
	options: RawOptions;
	readonly owner: User;
	/** Who had asked for the pictures, where this only shows them otherwise to its owner. */
	readonly madeFor?: Person;
	/** Absent on the command line, which is gone when the answer comes. */
	messageRef?: MessageRef;
	/** While it is prepared, too, it is running. */
	state: RequestState;
	/** The job that the command queued last, if it queued one. */
	job?: Job;
	result?: JobResult;
	/** What was said and shown at the end. */
	answer?: StoredAnswer;
	/** How often the bot died while it was prepared or run, and nothing of it was kept for good in between. */
	crashes?: number;
	/** The training that it stands for, with the steps of it that were kept when the bot last took the request up. */
	training?: { readonly run: string; readonly keptSteps: number };
	/** In milliseconds since 1970; the store sets it when the request is added. */
	created?: number;
	/** When its last job began to run, in the same milliseconds. */
	began?: number;
	/** When it was over, in the same milliseconds. */
	ended?: number;
	/** When it was deleted, in the same milliseconds: for a moment it can still be had back. */
	deleted?: number;
}

/** A reply whose pictures and files lie in the blob store. */
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
}
