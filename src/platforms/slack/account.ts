/** Asks Slack about tokens from the terminal, for `setup` and `doctor`: with little patience, and without a log. */
import { createApi } from './api.ts';
import { checkAppToken, type Identity, whoAmI } from './identity.ts';
import { createLibraryLog } from './library-log.ts';

export interface SlackQuestion {
	readonly token: string;
	/** Another address than Slack's own, for tests. */
	readonly slackApiUrl?: string;
}

const TIMEOUT_MS = 10_000;
const RETRY_MS = 500;

/** What goes wrong is thrown, and told. */
const logger = createLibraryLog({ error() {}, warn() {}, info() {}, debug() {} });

export const apiFor = ({ token, slackApiUrl }: SlackQuestion) =>
	createApi({ token, slackApiUrl, logger, retryMs: RETRY_MS });

/** @throws {ConfigError} when Slack refuses the bot token; another error when Slack cannot be reached */
export function askSlack(question: SlackQuestion): Promise<Identity> {
	return whoAmI(apiFor(question));
}

/**
 * @param botsApp the id of the app whose the bot token is, as far as it is known
 * @throws {ConfigError} when Slack refuses the app token, or it is another app's; another error when Slack cannot be reached
 */
export function askSlackSocket({ token, slackApiUrl }: SlackQuestion, botsApp: string | undefined): Promise<void> {
	return checkAppToken(token, botsApp, { slackApiUrl, logger, timeout: TIMEOUT_MS });
}

/** What to do about rights that the installed app has not. */
export const lacks = (scopes: readonly string[]) =>
	`The app lacks ${scopes.join(', ')}; add them under OAuth & Permissions, Bot Token Scopes, and install the app again.`;
