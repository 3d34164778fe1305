/** Explains problems with the settings that Slack checks, by the names of the variables. */
import { ConfigError } from '../../base/config.ts';

const APPS = 'https://api.slack.com/apps';

const BOT_TOKEN_PLACE = `${APPS} (your app, OAuth & Permissions, Bot User OAuth Token)`;
const APP_TOKEN_PLACE = `${APPS} (your app, Basic Information, App-Level Tokens, with the scope connections:write)`;
const SECRET_PLACE = `${APPS} (your app, Basic Information, Signing Secret)`;

export interface SlackTokens {
	readonly botToken: string;
	/** For Socket Mode, which needs no public address. */
	readonly appToken?: string;
	/** For HTTP. If both are given, Socket Mode is used. */
	readonly signingSecret?: string;
}

/** Patterns of secrets, no matter whose they are; see `Secrets.forms`. */
export const SECRET_FORMS: readonly RegExp[] = [
	// xoxb-…, xoxp-…, xoxe.xoxp-…, xapp-…
	/()\bx(?:ox[a-z]|app)-[\w-]{6,}/g,
	// Anyone who knows a response's address may write in the bot's name.
	/(\bhooks\.slack\.com\/)[\w/-]+/g,
];

/** A sentence about each token that is missing or malformed. None repeats a token. */
export function tokenProblems({ botToken, appToken, signingSecret }: SlackTokens): readonly string[] {
	const problems: string[] = [];
	if (!/^xoxb-[\w-]+$/.test(botToken)) {
		problems.push(`SLACK_BOT_TOKEN is not a bot token, which starts with xoxb-; copy it from ${BOT_TOKEN_PLACE}.`);
	}
	if (appToken !== undefined && !/^xapp-[\w-]+$/.test(appToken)) {
		problems.push(`SLACK_APP_TOKEN is not an app token, which starts with xapp-; create one at ${APP_TOKEN_PLACE}.`);
	}
	if (appToken === undefined && signingSecret === undefined) {
		problems.push(
			`SLACK_APP_TOKEN is missing: create one at ${APP_TOKEN_PLACE}; or, to use HTTP, set SLACK_SIGNING_SECRET from ${SECRET_PLACE}.`,
		);
	}
	return problems;
}

/** The id of the app that an app token names: `xapp-1-A0123-…`. */
const appOf = (appToken: string) => /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken)?.[1];

/**
 * Slack accepts tokens from two different apps individually, but then never sends an event.
 *
 * @param botsApp the id of the bot token's app, if Slack reports it
 * @returns a sentence about the mismatch; undefined if both are from one app, or that is unknown
 */
export function twoApps(appToken: string, botsApp: string | undefined): string | undefined {
	const other = appOf(appToken);
	if (!other || !botsApp || other === botsApp) return undefined;
	return `SLACK_APP_TOKEN belongs to the app ${other}, and SLACK_BOT_TOKEN to the app ${botsApp}; copy both from the same app at ${APPS}.`;
}

/** @throws {ConfigError} listing every token that is missing or malformed */
export function checkTokens(tokens: SlackTokens): void {
	const problems = tokenProblems(tokens);
	if (problems.length > 0) throw new ConfigError(problems);
}

/** @param word Slack's error code for the bot token */
export function botTokenRefused(word: string | undefined): ConfigError {
	return new ConfigError(`Slack refuses SLACK_BOT_TOKEN (${word}); copy a new one from ${BOT_TOKEN_PLACE}.`);
}

/** @param word Slack's error code for opening a socket */
export function appTokenRefused(word: string): ConfigError {
	return new ConfigError(`Slack refuses SLACK_APP_TOKEN (${word}); create a new one at ${APP_TOKEN_PLACE}.`);
}
