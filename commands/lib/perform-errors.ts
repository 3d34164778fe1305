/** How a job that a command asked for can end badly, apart from the user's own mistakes (UserError). */

/** The user, or staff, cancelled the request. The message: what is kept of it, in a sentence or two; none where nothing is. */
export class Cancelled extends Error {
	override name = 'Cancelled';
}

/** The inference process could not do it. The message is one sentence for the user; the log has the details. */
export class JobFailed extends Error {
	override name = 'JobFailed';
}

/** It would take so long that whoever asked is asked first; the request ends with the question. */
export class TakesLong extends Error {
	override name = 'TakesLong';
	readonly seconds: number;

	constructor(seconds: number) {
		super(`takes ${seconds} s`);
		this.seconds = seconds;
	}
}
