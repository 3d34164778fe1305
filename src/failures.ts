/** The part of a pino logger that the bot uses. */
export interface Log {
	error(details: object, message: string): void;
	warn(details: object, message: string): void;
	info(details: object, message: string): void;
	debug(details: object, message: string): void;
}
