/** The types of a request to the desk and of its outcome. */
import type { Reply } from '../../commands/lib/command.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import type { MessageRef, RequestRecord, User } from '../store/records.ts';
import type { IncomingFiles } from '../uploads/incoming.ts';
import type { MessageView } from './view.ts';

export interface Request {
	readonly command: string;
	readonly options: RawOptions;
	/** Attachments by the options that they are for; they are fetched and read once the request is stored. */
	readonly files?: IncomingFiles;
	readonly user: User;
	/** Where its message is. A request without one does not survive a restart. */
	readonly messageRef?: MessageRef;
	/** The person has confirmed that it may take long. */
	readonly confirmed?: true;
	/** Draws a seed even if the channel has one, because a different picture is wanted. */
	readonly freshSeed?: true;
}

/** How a request ended. */
export interface Outcome {
	readonly view: MessageView;
	/** Absent when the request was refused before anything was done. */
	readonly record: RequestRecord | undefined;
	/** See Reply. */
	readonly originals?: Reply['originals'];
	/** Whose fault it was, if it did not end well. */
	readonly fault?: 'user' | 'internal';
}

/** Where a text is read: a platform, and as much of a message's reference as is known. */
export type Place = Pick<MessageRef, 'platform'> & Partial<MessageRef>;

/** The channel of requests without a message, which come from the command line. */
const NO_CHANNEL = 'cli:local';

/** The channel whose settings apply. */
export const channelOf = ({ messageRef }: { readonly messageRef?: MessageRef }): string =>
	messageRef?.channel ?? NO_CHANNEL;
