/**
 * What went wrong, by whose fault. Everything that is thrown on purpose is one of these two.
 *
 * The message of a UserError is one sentence for the person who asked: what was wrong, and what would be right.
 */
export class UserError extends Error {
	override name = 'UserError';

	/** @param message stays one line whatever of what people typed it quotes */
	constructor(message: string, options?: ErrorOptions) {
		super(message.replace(/\s*[\r\n\u2028\u2029]\s*/g, ' '), options);
	}
}

/** Whether an error, of the system or of SQLite, says that a disk takes no more. */
export function isFullDisk(error: unknown): boolean {
	const { code } = (error ?? {}) as { code?: unknown };
	return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
}

/** What a person reads when what they asked for could not be kept. */
export const FULL_DISK = 'The disk of the bot is full; whoever runs it must make room, and then this works again.';

/**
 * A model directory, a graph or a file is not what this program can run. The message names the file and the field; it is one
 * line of bearable length whatever the file holds.
 */
export class ModelError extends Error {
	override name = 'ModelError';

	constructor(message: string, options?: ErrorOptions) {
		super(oneLine(message), options);
	}
}

/** A longer message keeps its beginning, the file, and its end, the remedy. */
const MAX_MESSAGE = 500;
const KEPT_END = 150;

/** Control characters, and those that end a line or turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

function oneLine(message: string): string {
	const isLong = message.length > MAX_MESSAGE;
	const short = isLong ? `${message.slice(0, MAX_MESSAGE - KEPT_END)} … ${message.slice(-KEPT_END)}` : message;
	return short.replace(UNPRINTABLE, ' ');
}
