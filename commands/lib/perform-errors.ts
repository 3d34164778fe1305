/** How a job that a command asked for can end badly, apart from the user's own mistakes (UserError). */

/** The user, or staff, cancelled the request. */
export class Cancelled extends Error {
	override name = 'Cancelled';
}

/** The inference process could not do it. The message is one sentence for the user; the log has the details. */
export class JobFailed extends Error {
	override name = 'JobFailed';
}
