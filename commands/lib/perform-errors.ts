/** How a job that a command asked for can end badly, apart from the user's own mistakes (UserError). */

/** The user, or staff, cancelled the request. The message says what is kept of it; it is empty where nothing is. */
export class Cancelled extends Error {
	override name = 'Cancelled';
}

/** The inference process could not do it. The message is one sentence for the user; the log has the details. */
export class JobFailed extends Error {
	override name = 'JobFailed';
}

/** The job would take so long that the user has to be asked first; the request ends with the question. */
export class TakesLong extends Error {
	override name = 'TakesLong';
	readonly seconds: number;

	constructor(seconds: number) {
		super(`takes ${seconds} s`);
		this.seconds = seconds;
	}
}
