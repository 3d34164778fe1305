/** Where one of our messages is, as the store and as Slack express it. */
import type { MessageRef } from '../../store/records.ts';
import { NAME } from './settings.ts';

/** Where a message is, in Slack's terms. */
export interface Whereabouts {
	readonly channel: string;
	/** Slack's id of a message: the time when it was sent. */
	readonly ts: string;
	/** The `ts` of the message whose thread it is in. */
	readonly thread?: string;
}

const CHANNEL = `${NAME}:`;

/** The ids of the files that belong to a message. */
export interface OwnFiles {
	/** Files in its blocks. */
	readonly shown: readonly string[];
	/** Files in its thread, which could not be, or were not, shown in the message itself. */
	readonly inThread: readonly string[];
}

export const NO_FILES: OwnFiles = { shown: [], inThread: [] };

/** @param headsThread whether something was posted in its thread */
export function messageRefOf({ channel, ts, thread }: Whereabouts, files = NO_FILES, headsThread = false): MessageRef {
	const { shown, inThread } = files;
	return {
		platform: NAME,
		channel: CHANNEL + channel,
		message: ts,
		...(thread !== undefined && { thread }),
		...(shown.length > 0 && { files: shown.join() }),
		...(inThread.length > 0 && { threadFiles: inThread.join() }),
		...(headsThread && { headsThread }),
	};
}

export const headsThread = (messageRef: MessageRef) => messageRef.headsThread === true;

export function filesOf({ files, threadFiles }: MessageRef): OwnFiles {
	const ids = (joined: unknown) => (typeof joined === 'string' ? joined.split(',') : []);
	return { shown: ids(files), inThread: ids(threadFiles) };
}

export function whereabouts({ channel, message, thread }: MessageRef): Whereabouts {
	const inThread = typeof thread === 'string' && { thread };
	return { channel: channel.slice(CHANNEL.length), ts: message, ...inThread };
}
