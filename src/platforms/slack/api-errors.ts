/** Errors of Slack's Web API: which of them mean something to people, and what of them may go into a log. */
import { webApi } from '@slack/bolt';

/** Slack's own word for what was wrong, such as "not_in_channel"; undefined for anything but its refusals. */
export function refusal(error: unknown): string | undefined {
	return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}

/** The bot token, or the app token, is not taken. */
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

/** The message or its channel is gone, or closed to the bot: no further try will do better. */
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

/** The picture named in a block cannot be shown there: not checked yet, not allowed, or no picture for Slack. */
export const isRefusedBlock = (error: unknown) =>
	['invalid_blocks', 'invalid_blocks_format'].includes(refusal(error) ?? '');

/** The modal came too late: a trigger_id lives 3 s and opens one modal. */
const isLateTrigger = (error: unknown) =>
	['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'].includes(refusal(error) ?? '');

/** The seconds that Slack wants no further call for (HTTP 429); undefined for any other error. */
export const retryAfter = (error: unknown) =>
	error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter : undefined;

const NOT_HERE =
	'Flipside is not in this channel; type "/invite @Flipside" here, and try again. In a direct message between people that does not help: write to Flipside itself.';
const ARCHIVED = 'This channel is archived, and Slack takes no messages for it; ask in another one.';
const TOO_LARGE = 'Slack refuses the picture as too large; ask for fewer or smaller pictures at a time.';
const NO_FILES =
	'This workspace does not let apps upload pictures; an admin can change that under Settings, Permissions.';
const NO_ROOM = 'This workspace has no room left for files; delete some of them, and try again.';
const RESTRICTED = 'Only some people may write in this channel, and the bot is not among them; ask in another one.';

/** What a refusal means to a person, and what helps. */
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

/** A sentence for the person who asked; undefined for what is a fault of ours, or of the line. */
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
	return `The Slack app lacks ${scope}; whoever runs the bot adds it under OAuth & Permissions and installs the app again.`;
}

/**
 * An error for the log. Errors of the client carry headers, bodies and addresses, which may hold tokens and prompts; only
 * what is named here goes on.
 */
export function describeError(error: unknown): object {
	if (!(error instanceof Error)) return { message: 'not an error', type: typeof error };
	const { name, message, stack, code } = error as Error & { code?: unknown };
	if (error instanceof webApi.WebAPIHTTPError) return { name, message, code, status: error.statusCode, stack };
	return { name, message: withoutAddresses(message), code, stack: stack && withoutAddresses(stack) };
}

/** A response_url, or an upload's address, is a key by itself. */
const withoutAddresses = (text: string) => text.replace(/\b(https?|wss?):\/\/\S+/g, '$1://…');
