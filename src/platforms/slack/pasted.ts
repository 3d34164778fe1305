/** What people paste in place of each of Slack's tokens. */
import { type Kinds, kindOf } from '../pasted.ts';
import { tokenProblems } from './tokens.ts';

const BOT_TOKEN = 'the bot token, xoxb-…, is on the page OAuth & Permissions, once the app is installed';
const APP_TOKEN = 'the app token, xapp-…, is on the page Basic Information under App-Level Tokens';
const SECRET = 'the signing secret, 32 digits and letters a to f, is on the page Basic Information';

/** Of whatever is no token of Slack's; `wanted` says where the right one is. */
const noToken = (wanted: string): Kinds => [
	[/^$/, `Paste it here: ${wanted}. Ctrl+C ends the setup.`],
	[/^xoxp-/, `That is a person’s token (User OAuth Token); ${wanted}.`],
	[/^xoxe[.-]/, `That is a token for configuring apps; ${wanted}.`],
	[/^xox[ars]-/, `That is a token of an old kind; ${wanted}.`],
	[/^[A-Z][A-Z0-9]{8,}$/, `That is an id; ${wanted}.`],
	[/^[\w-]+\.[\w-]+\.[\w-]+$/, `That looks like Discord’s token; ${wanted}.`],
	[/^https?:/, `That is an address; ${wanted}.`],
];

const BOT_KINDS: Kinds = [
	...noToken(BOT_TOKEN),
	[/^xapp-/, `That is the app token, which comes next; ${BOT_TOKEN}.`],
	[/^[0-9a-f]{32}$/, `That is a secret of the page Basic Information; ${BOT_TOKEN}.`],
];

const APP_KINDS: Kinds = [
	...noToken(APP_TOKEN),
	[/^xoxb-/, `That is the bot token once more; ${APP_TOKEN}.`],
	[/^[0-9a-f]{32}$/, `That is a secret; ${APP_TOKEN}.`],
];

const SECRET_KINDS: Kinds = [
	...noToken(SECRET),
	[/^x(?:oxb|app)-/, `That is a token; ${SECRET}.`],
	[/^(?![0-9a-f]{32}$)/, `That is no signing secret; ${SECRET}.`],
];

/** What is wrong with each, as far as its form tells; undefined when nothing is. */
export const botTokenMistake = (value: string): string | undefined =>
	kindOf(BOT_KINDS, value) ?? tokenProblems({ botToken: value, signingSecret: '-' })[0];

export const appTokenMistake = (value: string): string | undefined =>
	kindOf(APP_KINDS, value) ?? tokenProblems({ botToken: 'xoxb-0', appToken: value })[0];

export const signingSecretMistake = (value: string): string | undefined => kindOf(SECRET_KINDS, value);
