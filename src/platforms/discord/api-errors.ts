/** Recognises errors of Discord's API that matter to us, and says what of them may be logged. */
import { DiscordAPIError, HTTPError, RESTJSONErrorCodes } from 'discord.js';

/** The interaction waited over 3 s for an answer, and Discord has told the person that there is none. */
export function isTooLate(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.UnknownInteraction);
}

/** The interaction already has an answer, from another process with the same token or an earlier try whose receipt was lost. */
export function isAnswered(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged);
}

/** The interaction's token has expired, 15 minutes after it was issued. */
export function isTokenExpired(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.InvalidWebhookToken, RESTJSONErrorCodes.UnknownWebhook);
}

/** The message was deleted, or the bot cannot see its channel; trying again would not help. */
export function isOutOfReach(error: unknown): boolean {
	return hasCode(
		error,
		RESTJSONErrorCodes.UnknownMessage,
		RESTJSONErrorCodes.UnknownChannel,
		RESTJSONErrorCodes.MissingAccess,
		RESTJSONErrorCodes.MissingPermissions,
	);
}

/** The bot may not do this here with its own token. */
export function isClosedToBot(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.MissingAccess, RESTJSONErrorCodes.MissingPermissions);
}

/** A file is larger than this token allows. */
export function isTooLarge(error: unknown): boolean {
	return (
		hasCode(error, RESTJSONErrorCodes.RequestEntityTooLarge) || (error instanceof HTTPError && error.status === 413)
	);
}

/** The message is over an hour old and was edited too often recently. */
export function isEditedTooOften(error: unknown): boolean {
	return hasCode(error, RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached);
}

/** Discord or the network is in trouble; the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
	if (isEditedTooOften(error)) return true;
	if (error instanceof DiscordAPIError || error instanceof HTTPError) return error.status >= 500;
	if (!(error instanceof Error)) return false;
	return error.name === 'AbortError' || ('code' in error && NETWORK_TROUBLE.test(String(error.code)));
}

/** Codes of the system and of undici. Node's own, for programming errors, start with ERR_. */
const NETWORK_TROUBLE = /^(E[A-Z]+|EAI_[A-Z]+|UND_ERR_[A-Z_]+)$/;

/** The response to a request with a bad bot token. */
export function isUnauthorized(error: unknown): boolean {
	return error instanceof DiscordAPIError && error.status === 401;
}

export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
	return error instanceof DiscordAPIError && codes.includes(Number(error.code));
}

/**
 * Converts an error for the log. Errors of discord.js include the request's body and its address, which may contain an
 * interaction's token, so only the fields named here are kept.
 */
export function describeError(error: unknown): object {
	if (!(error instanceof Error)) return { message: String(error) };
	const { name, message, stack, code, status, method } = error as Error & Record<'code' | 'status' | 'method', unknown>;
	return { name, message, code, status, method, stack };
}
