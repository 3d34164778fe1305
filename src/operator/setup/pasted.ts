/** What people paste when they are asked for a token: sentences for secrets of another kind. None repeats what was pasted. */

import { ConfigError } from '../../base/config.ts';
import { checkToken } from '../../platforms/discord/tokens.ts';
import { checkTokens } from '../../platforms/slack/tokens.ts';

/** The value, without what is copied along with it: blanks, quotes, the variable's name, the scheme of a header. */
export function cleaned(pasted: string): string {
	return pasted
		.trim()
		.replace(/^(?:export\s+)?[A-Z_]+\s*=\s*/, '')
		.replace(/^(["'])(.*)\1$/, '$2')
		.replace(/^(?:Bot|Bearer)\s+/i, '')
		.trim();
}

type Kinds = readonly (readonly [form: RegExp, sentence: string])[];

const OF_SLACK: Kinds = [
	[/^x(?:ox[a-z]|app)[-.]/, 'That is a token of Slack; Discord’s has three parts with dots between.'],
];

const DISCORD_KINDS: Kinds = [
	[/^$/, 'Paste the bot token; Ctrl+C ends the setup.'],
	...OF_SLACK,
	[/^\d{15,25}$/, 'That is an id, such as the application’s; the token is on the page Bot, behind Reset Token.'],
	[/^[0-9a-f]{64}$/i, 'That is the application’s public key; the token is on the page Bot, behind Reset Token.'],
	[/^[\w-]{32}$/, 'That is the client secret of the page OAuth2; the token is on the page Bot, behind Reset Token.'],
	[/\/webhooks\//, 'That is the address of a webhook; the token is on the page Bot, behind Reset Token.'],
	[/^https?:/, 'That is an address; the token is on the page Bot, behind Reset Token.'],
	[/^mfa\./, 'That is a person’s token, which a bot must not use; the bot’s is on the page Bot, behind Reset Token.'],
];

const BOT_TOKEN = 'the bot token, xoxb-…, is on the page OAuth & Permissions, once the app is installed';
const APP_TOKEN = 'the app token, xapp-…, is on the page Basic Information under App-Level Tokens';
const SECRET = 'the signing secret, 32 digits and letters a to f, is on the page Basic Information';

/** Of whatever is none of Slack's tokens; `wanted` says where the right one is. */
const noTokenOfSlack = (wanted: string): Kinds => [
	[/^$/, `Paste it here: ${wanted}. Ctrl+C ends the setup.`],
	[/^xoxp-/, `That is a person’s token (User OAuth Token); ${wanted}.`],
	[/^xoxe[.-]/, `That is a token for configuring apps; ${wanted}.`],
	[/^xox[ars]-/, `That is a token of an old kind; ${wanted}.`],
	[/^[A-Z][A-Z0-9]{8,}$/, `That is an id; ${wanted}.`],
	[/^[\w-]+\.[\w-]+\.[\w-]+$/, `That looks like Discord’s token; ${wanted}.`],
	[/^https?:/, `That is an address; ${wanted}.`],
];

const SLACK_BOT_KINDS: Kinds = [
	...noTokenOfSlack(BOT_TOKEN),
	[/^xapp-/, `That is the app token, which comes next; ${BOT_TOKEN}.`],
	[/^[0-9a-f]{32}$/, `That is a secret of the page Basic Information; ${BOT_TOKEN}.`],
];

const SLACK_APP_KINDS: Kinds = [
	...noTokenOfSlack(APP_TOKEN),
	[/^xoxb-/, `That is the bot token once more; ${APP_TOKEN}.`],
	[/^[0-9a-f]{32}$/, `That is a secret; ${APP_TOKEN}.`],
];

const SLACK_SECRET_KINDS: Kinds = [
	...noTokenOfSlack(SECRET),
	[/^x(?:oxb|app)-/, `That is a token; ${SECRET}.`],
	[/^(?![0-9a-f]{32}$)/, `That is no signing secret; ${SECRET}.`],
];

const kindOf = (kinds: Kinds, value: string) => kinds.find(([form]) => form.test(value))?.[1];

/** What is wrong with a value for the variable, as far as its form tells; undefined when nothing is. */
export function mistake(variable: TokenVariable, value: string): string | undefined {
	return kindOf(KINDS[variable], value) ?? complaint(() => CHECKS[variable](value));
}

export type TokenVariable = 'DISCORD_TOKEN' | 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN' | 'SLACK_SIGNING_SECRET';

const KINDS: Readonly<Record<TokenVariable, Kinds>> = {
	DISCORD_TOKEN: DISCORD_KINDS,
	SLACK_BOT_TOKEN: SLACK_BOT_KINDS,
	SLACK_APP_TOKEN: SLACK_APP_KINDS,
	SLACK_SIGNING_SECRET: SLACK_SECRET_KINDS,
};

/** Those of the platforms, which know best. */
const CHECKS: Readonly<Record<TokenVariable, (value: string) => void>> = {
	DISCORD_TOKEN: checkToken,
	SLACK_BOT_TOKEN: (botToken) => checkTokens({ botToken, signingSecret: '-' }),
	SLACK_APP_TOKEN: (appToken) => checkTokens({ botToken: 'xoxb-0', appToken }),
	SLACK_SIGNING_SECRET: () => {},
};

function complaint(check: () => void): string | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		if (error instanceof ConfigError) return error.message;
		throw error;
	}
}
