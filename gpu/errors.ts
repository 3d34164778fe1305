/**
 * What went wrong, by whose fault. Everything that is thrown on purpose is one of these two.
 *
 * The message of a UserError is one sentence for the person who asked: what was wrong, and what would be right.
 */
export class UserError extends Error {
	override name = 'UserError';
}

/** A model directory, a graph or a file is not what this program can run. The message names the file and the field. */
export class ModelError extends Error {
	override name = 'ModelError';
}
