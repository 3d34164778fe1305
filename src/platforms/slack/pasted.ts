/** Recognises what people paste instead of each of Slack's tokens. */
import { type Kinds, kindOf } from '../pasted.ts';
import { tokenProblems } from './tokens.ts';

const BOT_TOKEN = 'the bot token, xoxb-…, is on the OAuth & Permissions page, once the app is installed';
const APP_TOKEN = 'the app token, xapp-…, is on the Basic Information page under App-Level Tokens';
const SECRET = 'the signing secret, 32 digits and letters a to f, is on the Basic Information page';

/** Patterns of values that are none of Slack's tokens; `wanted` says where the right one is. */
const noToken = (wanted: string): Kinds => [
	[/^$/, `Paste it here: ${wanted}. Ctrl+C ends the setup.`],
	[/^xoxp-/, `That is a person’s token (User OAuth Token); ${wanted}.`],
	[/^xoxe[.-]/, `That is a token for configuring apps; ${wanted}.`],
	[/^xox[ars]-/, `That is an old kind of token; ${wanted}.`],
	[/^[A-Z][A-Z0-9]{8,}$/, `That is an id; ${wanted}.`],
	[/^[\w-]+\.[\w-]+\.[\w-]+$/, `That looks like Discord’s token; ${wanted}.`],
	[/^https?:/, `That is an address; ${wanted}.`],
];

const BOT_KINDS: Kinds = [
	...noToken(BOT_TOKEN),
	[/^xapp-/, `That is the app token, which comes next; ${BOT_TOKEN}.`],
	[/^[0-9a-f]{32}$/, `That is a secret from the Basic Information page; ${BOT_TOKEN}.`],
];

const APP_KINDS: Kinds = [
	...noToken(APP_TOKEN),
	[/^xoxb-/, `That is the bot token again; ${APP_TOKEN}.`],
	[/^[0-9a-f]{32}$/, `That is a secret; ${APP_TOKEN}.`],
];

const SECRET_KINDS: Kinds = [
	...noToken(SECRET),
	[/^x(?:oxb|app)-/, `That is a token; ${SECRET}.`],
	[/^(?![0-9a-f]{32}$)/, `That is not a signing secret; ${SECRET}.`],
];

/** What is evidently wrong with each; undefined if nothing is. */
export const botTokenMistake = (value: string): string | undefined =>
	kindOf(BOT_KINDS, value) ?? tokenProblems({ botToken: value, signingSecret: '-' })[0];

export const appTokenMistake = (value: string): string | undefined =>
	kindOf(APP_KINDS, value) ?? tokenProblems({ botToken: 'xoxb-0', appToken: value })[0];

export const signingSecretMistake = (value: string): string | undefined => kindOf(SECRET_KINDS, value);
