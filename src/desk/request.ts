/** What people ask of the desk, and how it ends. */
import type { Reply } from '../../commands/lib/command.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import type { MessageRef, RequestRecord, User } from '../store/records.ts';
import type { IncomingFiles } from '../uploads/incoming.ts';
import type { MessageView } from './view.ts';

export interface Request {
	readonly command: string;
	readonly options: RawOptions;
	/** What was sent along, by the options that it is for: it is fetched and read once the request is written down. */
	readonly files?: IncomingFiles;
	readonly user: User;
	/** Where its message stands. Without one nothing is left of it after a restart. */
	readonly messageRef?: MessageRef;
	/** It was asked whether it may take long, and may. */
	readonly confirmed?: true;
	/** A seed is drawn even where the channel has one: another picture is wanted. */
	readonly freshSeed?: true;
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

/** Where people read something: a platform, and as much of a message's reference as is known. */
export type Place = Pick<MessageRef, 'platform'> & Partial<MessageRef>;

/** The channel of requests without a message: those of the command line. */
const NO_CHANNEL = 'cli:local';

/** The channel whose settings count. */
export const channelOf = ({ messageRef }: { readonly messageRef?: MessageRef }): string =>
	messageRef?.channel ?? NO_CHANNEL;
