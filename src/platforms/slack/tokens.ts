/** What can be wrong with the settings that Slack checks, said in the words of the configuration. */
import { ConfigError } from '../../base/config.ts';

const APPS = 'https://api.slack.com/apps';

const BOT_TOKEN_PLACE = `${APPS} (your app, OAuth & Permissions, Bot User OAuth Token)`;
const APP_TOKEN_PLACE = `${APPS} (your app, Basic Information, App-Level Tokens, with the scope connections:write)`;
const SECRET_PLACE = `${APPS} (your app, Basic Information, Signing Secret)`;

export interface SlackTokens {
	readonly botToken: string;
	/** For Socket Mode, which needs no public address. */
	readonly appToken?: string;
	/** For HTTP. Where both are given it is Socket Mode. */
	readonly signingSecret?: string;
}

/** What is secret by its form, whosesoever it is; see Secrets. */
export const SECRET_FORMS: readonly RegExp[] = [
	// xoxb-…, xoxp-…, xoxe.xoxp-…, xapp-…
	/()\bx(?:ox[a-z]|app)-[\w-]{6,}/g,
	// Whoever knows the address of a response may write in the bot's name.
	/(\bhooks\.slack\.com\/)[\w/-]+/g,
];

/** Sentences against every token that is missing or cannot be one. They never repeat a token. */
export function tokenProblems({ botToken, appToken, signingSecret }: SlackTokens): readonly string[] {
	const problems: string[] = [];
	if (!/^xoxb-[\w-]+$/.test(botToken)) {
		problems.push(`SLACK_BOT_TOKEN is not a bot token, which begins with xoxb-; copy it from ${BOT_TOKEN_PLACE}.`);
	}
	if (appToken !== undefined && !/^xapp-[\w-]+$/.test(appToken)) {
		problems.push(`SLACK_APP_TOKEN is not an app token, which begins with xapp-; make one at ${APP_TOKEN_PLACE}.`);
	}
	if (appToken === undefined && signingSecret === undefined) {
		problems.push(
			`SLACK_APP_TOKEN is missing: make it at ${APP_TOKEN_PLACE}; or, to use HTTP, set SLACK_SIGNING_SECRET from ${SECRET_PLACE}.`,
		);
	}
	return problems;
}

/** The id of the app that an app token names: `xapp-1-A0123-…`. */
const appOf = (appToken: string) => /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken)?.[1];

/**
 * Slack takes the tokens of two apps one by one, and then no event ever comes.
 *
 * @param botsApp the id of the app whose the bot token is, as far as Slack tells
 * @returns a sentence against that; undefined where both are of one app, or it cannot be told
 */
export function twoApps(appToken: string, botsApp: string | undefined): string | undefined {
	const other = appOf(appToken);
	if (!other || !botsApp || other === botsApp) return undefined;
	return `SLACK_APP_TOKEN is of the app ${other}, and SLACK_BOT_TOKEN of the app ${botsApp}; take both from the same one of ${APPS}.`;
}

/** @throws {ConfigError} with every token that is missing or cannot be one */
export function checkTokens(tokens: SlackTokens): void {
	const problems = tokenProblems(tokens);
	if (problems.length > 0) throw new ConfigError(problems);
}

/** @param word with which Slack refused the bot token */
export function botTokenRefused(word: string | undefined): ConfigError {
	return new ConfigError(`Slack refuses SLACK_BOT_TOKEN (${word}); copy a new one from ${BOT_TOKEN_PLACE}.`);
}

/** @param word with which Slack refused to open a socket */
export function appTokenRefused(word: string): ConfigError {
	return new ConfigError(`Slack refuses SLACK_APP_TOKEN (${word}); make a new one at ${APP_TOKEN_PLACE}.`);
}
