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

/** A model directory, a graph or a file is not what this program can run. The message names the file and the field. */
export class ModelError extends Error {
	override name = 'ModelError';
}
