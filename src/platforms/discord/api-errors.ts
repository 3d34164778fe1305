/** Errors of Discord's API: which of them mean something to us, and what of them may go into a log. */
import { DiscordAPIError, HTTPError, RESTJSONErrorCodes } from 'discord.js';

/** The interaction waited over 3 s for an answer: Discord has told the person that there is none. */
export function isTooLate(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.UnknownInteraction);
}

/** The interaction has an answer: of another process with the same bot token, or of an earlier try whose receipt was lost. */
export function isAnswered(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged);
}

/** The token of an interaction has run out, 15 minutes after it was made. */
export function isTokenExpired(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.InvalidWebhookToken, RESTJSONErrorCodes.UnknownWebhook);
}

/** The message was deleted, or the bot does not see its channel: no further try will do better. */
export function isOutOfReach(error: unknown): boolean {
	return hasCode(
		error,
		RESTJSONErrorCodes.UnknownMessage,
		RESTJSONErrorCodes.UnknownChannel,
		RESTJSONErrorCodes.MissingAccess,
		RESTJSONErrorCodes.MissingPermissions,
	);
}

/** The bot may not do this here by its own token. */
export function isClosedToBot(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.MissingAccess, RESTJSONErrorCodes.MissingPermissions);
}

/** A file is larger than is taken by this token. */
export function isTooLarge(error: unknown): boolean {
	return (
		hasCode(error, RESTJSONErrorCodes.RequestEntityTooLarge) || (error instanceof HTTPError && error.status === 413)
	);
}

/** The message is older than an hour and was edited too often lately. */
export function isEditedTooOften(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached);
}

/** Discord, or the way to it, is in trouble: the same request may do better a little later. */
export function isPassing(error: unknown): boolean {
	if (isEditedTooOften(error)) return true;
	if (error instanceof DiscordAPIError || error instanceof HTTPError) return error.status >= 500;
	if (!(error instanceof Error)) return false;
	return error.name === 'AbortError' || ('code' in error && NETWORK_TROUBLE.test(String(error.code)));
}

/** Codes of the system and of undici. Node's own, for mistakes of a program, begin with ERR_. */
const NETWORK_TROUBLE = /^(E[A-Z]+|EAI_[A-Z]+|UND_ERR_[A-Z_]+)$/;

/** The answer to a request with a bad bot token. */
export function isUnauthorized(error: unknown): boolean {
	return error instanceof DiscordAPIError && error.status === 401;
}

export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
	return error instanceof DiscordAPIError && codes.includes(Number(error.code));
}

/**
 * An error for the log. Errors of discord.js carry the address and the body of the request, and the address holds the
 * token of an interaction; only what is named here goes on.
 */
export function describeError(error: unknown): object {
	if (!(error instanceof Error)) return { message: String(error) };
	const { name, message, stack, code, status, method } = error as Error & Record<'code' | 'status' | 'method', unknown>;
	return { name, message, code, status, method, stack };
}
