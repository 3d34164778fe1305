/** Asks Slack about tokens for `setup` and `doctor`, with short timeouts and without a log. */
import { createApi } from './api.ts';
import { checkAppToken, type Identity, whoAmI } from './identity.ts';
import { createLibraryLog } from './library-log.ts';

export interface SlackQuestion {
	readonly token: string;
	/** An address to use instead of Slack's own, for tests. */
	readonly slackApiUrl?: string;
}

const TIMEOUT_MS = 10_000;
const RETRY_MS = 500;

/** Logs nothing: errors are thrown, and shown to the person. */
const logger = createLibraryLog({ error() {}, warn() {}, info() {}, debug() {} });

export const apiFor = ({ token, slackApiUrl }: SlackQuestion) =>
	createApi({ token, slackApiUrl, logger, retryMs: RETRY_MS });

/** @throws {ConfigError} when Slack refuses the bot token; another error when Slack cannot be reached */
export function askSlack(question: SlackQuestion): Promise<Identity> {
	return whoAmI(apiFor(question));
}

/**
 * @param botsApp the id of the bot token's app, if known
 * @throws {ConfigError} when Slack refuses the app token, or it is another app's; another error when Slack cannot be reached
 */
export function askSlackSocket({ token, slackApiUrl }: SlackQuestion, botsApp: string | undefined): Promise<void> {
	return checkAppToken(token, botsApp, { slackApiUrl, logger, timeout: TIMEOUT_MS });
}

/** What to do about scopes that the installed app lacks. */
export const lacks = (scopes: readonly string[]) =>
	`The app lacks ${scopes.join(', ')}; add them under OAuth & Permissions, Bot Token Scopes, and reinstall the app.`;
