/**
 * The errors that are thrown on purpose, by whose fault they are: this one and ModelError.
 *
 * A UserError's message is one sentence for the person who asked: what was wrong, and what would be right.
 */
export class UserError extends Error {
	override name = 'UserError';

	/** @param message is kept to one line, whatever typed text it quotes */
	constructor(message: string, options?: ErrorOptions) {
		super(message.replace(/\s*[\r\n\u2028\u2029]\s*/g, ' '), options);
	}
}

/** Whether an error, from the system or from SQLite, means that a disk is full. */
export function isFullDisk(error: unknown): boolean {
	const { code } = (error ?? {}) as { code?: unknown };
	return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
}

/** What the user sees when a result could not be saved. */
export const FULL_DISK = "The bot's disk is full; its operator must make room, then this works again.";

/**
 * This program cannot run a model directory, a graph or a file. The message names the file and the field; it is one line of
 * reasonable length, whatever the file holds.
 */
export class ModelError extends Error {
	override name = 'ModelError';

	constructor(message: string, options?: ErrorOptions) {
		super(oneLine(message), options);
	}
}

/** A longer message keeps its start, which names the file, and its end, the remedy. */
const MAX_MESSAGE = 500;
const KEPT_END = 150;

/** Control characters, and those that end a line or change the writing direction. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

function oneLine(message: string): string {
	const isLong = message.length > MAX_MESSAGE;
	const short = isLong ? `${message.slice(0, MAX_MESSAGE - KEPT_END)} … ${message.slice(-KEPT_END)}` : message;
	return short.replace(UNPRINTABLE, ' ');
}
