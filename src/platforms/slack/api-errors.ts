/** Recognises errors of Slack's Web API, explains them to people, and says what of them may be logged. */
import { webApi } from '@slack/bolt';

/** Slack's own error code, such as "not_in_channel"; undefined for anything but a refusal by Slack. */
export function refusal(error: unknown): string | undefined {
	return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}

/** Slack does not accept the bot token or the app token. */
const UNAUTHORIZED: ReadonlySet<string> = new Set([
	'invalid_auth',
	'not_authed',
	'account_inactive',
	'token_revoked',
	'token_expired',
	'user_removed_from_team',
	'team_disabled',
	'not_allowed_token_type',
]);

export const isUnauthorized = (error: unknown) => UNAUTHORIZED.has(refusal(error) ?? '');

/** The message or its channel is gone, or closed to the bot; trying again would not help. */
const OUT_OF_REACH: ReadonlySet<string> = new Set([
	'message_not_found',
	'cant_update_message',
	'cant_delete_message',
	'edit_window_closed',
	'channel_not_found',
	'not_in_channel',
	'is_archived',
	'is_inactive',
]);

export const isOutOfReach = (error: unknown) => OUT_OF_REACH.has(refusal(error) ?? '');

/** Slack is in trouble itself; it says so in an answer with status 200, which its client does not retry. */
const PASSING: ReadonlySet<string> = new Set([
	'internal_error',
	'fatal_error',
	'service_unavailable',
	'request_timeout',
]);

export const isPassing = (error: unknown) => PASSING.has(refusal(error) ?? '');

/** The picture named in a block cannot be shown there: not checked yet, not allowed, or not a picture to Slack. */
export const isRefusedBlock = (error: unknown) =>
	['invalid_blocks', 'invalid_blocks_format'].includes(refusal(error) ?? '');

/** The modal came too late: a trigger_id is valid for 3 s and opens one modal. */
const isLateTrigger = (error: unknown) =>
	['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'].includes(refusal(error) ?? '');

/** How many seconds Slack asks us to wait before the next call (HTTP 429); undefined for any other error. */
export const retryAfter = (error: unknown) =>
	error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter : undefined;

const NOT_HERE =
	'Flipside is not in this channel; type "/invite @Flipside" here, and try again. In a direct message between people that does not work: write to Flipside itself.';
const ARCHIVED = 'This channel is archived, so Slack accepts no messages in it; ask in another one.';
const TOO_LARGE = 'Slack refuses the picture as too large; ask for fewer or smaller pictures at a time.';
const NO_FILES =
	'This workspace does not let apps upload pictures; an admin can change that under Settings, Permissions.';
const NO_ROOM = 'This workspace has no room left for files; delete some of them, and try again.';
const RESTRICTED = 'Only some people may write in this channel, and the bot is not among them; ask in another one.';

/** What each refusal means for the person, with the remedy. */
const SENTENCES: Readonly<Record<string, string>> = {
	not_in_channel: NOT_HERE,
	channel_not_found: NOT_HERE,
	is_archived: ARCHIVED,
	is_inactive: ARCHIVED,
	restricted_action: RESTRICTED,
	restricted_action_read_only_channel: RESTRICTED,
	file_upload_size_restricted: TOO_LARGE,
	file_too_large: TOO_LARGE,
	file_uploads_disabled: NO_FILES,
	file_uploads_except_images_restricted: NO_FILES,
	storage_limit_reached: NO_ROOM,
	msg_too_long: 'The answer is too long for Slack; ask for fewer things at a time.',
	expired_trigger_id: 'Slack waited 3 s for the form and gave up; try again.',
};

/** A sentence for the person who asked; undefined if the fault is ours or the network's. */
export function sentenceFor(error: unknown): string | undefined {
	const word = refusal(error);
	if (word === undefined) return undefined;
	if (word === 'missing_scope') return missingScope(error as webApi.WebAPIPlatformError);
	if (isLateTrigger(error)) return SENTENCES.expired_trigger_id;
	return Object.hasOwn(SENTENCES, word) ? SENTENCES[word] : undefined;
}

function missingScope({ data }: webApi.WebAPIPlatformError): string {
	const { needed } = data as { needed?: unknown };
	const scope = typeof needed === 'string' ? `the scope ${needed}` : 'a scope';
	return `The Slack app lacks ${scope}; ask the person who runs the bot to add it under OAuth & Permissions and reinstall the app.`;
}

/**
 * Converts an error for the log. The client's errors include headers, bodies and addresses, which may contain tokens and prompts,
 * so only the fields named here are kept.
 */
export function describeError(error: unknown): object {
	if (!(error instanceof Error)) return { message: 'not an error', type: typeof error };
	const { name, message, stack, code } = error as Error & { code?: unknown };
	if (error instanceof webApi.WebAPIHTTPError) return { name, message, code, status: error.statusCode, stack };
	return { name, message: withoutAddresses(message), code, stack: stack && withoutAddresses(stack) };
}

/** A response_url or an upload's address is itself a secret. */
const withoutAddresses = (text: string) => text.replace(/\b(https?|wss?):\/\/\S+/g, '$1://…');
