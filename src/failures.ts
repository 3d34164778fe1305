/** How a request can end badly, apart from the user's own mistakes (UserError). */

/** The user, or staff, cancelled it. */
export class Cancelled extends Error {
	override name = 'Cancelled';
}

/** The inference process could not do it. The message is one sentence for the user; the log has the details. */
export class JobFailed extends Error {
	override name = 'JobFailed';
}

/** The part of a pino logger that the bot uses. */
export interface Log {
	error(details: object, message: string): void;
	warn(details: object, message: string): void;
	info(details: object, message: string): void;
	debug(details: object, message: string): void;
}
