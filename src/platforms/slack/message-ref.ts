/** Where a message of ours is, for the store and for Slack. */
import type { MessageRef } from '../../store/records.ts';
import { NAME } from './settings.ts';

/** Where a message is, in Slack's words. */
export interface Whereabouts {
	readonly channel: string;
	/** Slack's name for a message: when it was sent. */
	readonly ts: string;
	/** The message whose thread it is in. */
	readonly thread?: string;
}

const CHANNEL = `${NAME}:`;

/** @param files that a result shows */
export function messageRefOf({ channel, ts, thread }: Whereabouts, files: readonly string[] = []): MessageRef {
	const inThread = thread !== undefined && { thread };
	const shown = files.length > 0 && { files: files.join() };
	return { platform: NAME, channel: CHANNEL + channel, message: ts, ...inThread, ...shown };
}

export const filesOf = ({ files }: MessageRef) => (typeof files === 'string' ? files.split(',') : []);

export function whereabouts({ channel, message, thread }: MessageRef): Whereabouts {
	const inThread = typeof thread === 'string' && { thread };
	return { channel: channel.slice(CHANNEL.length), ts: message, ...inThread };
}
