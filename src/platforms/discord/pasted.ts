/** Recognises what people paste instead of Discord's token. */
import { type Kinds, kindOf } from '../pasted.ts';
import { tokenProblems } from './tokens.ts';

const KINDS: Kinds = [
	[/^$/, 'Paste the bot token; Ctrl+C ends the setup.'],
	[/^x(?:ox[a-z]|app)[-.]/, 'That is a Slack token; Discord’s has three parts separated by dots.'],
	[/^\d{15,25}$/, 'That is an id, such as the application’s; the token is on the Bot page, under Reset Token.'],
	[/^[0-9a-f]{64}$/i, 'That is the application’s public key; the token is on the Bot page, under Reset Token.'],
	[/^[\w-]{32}$/, 'That is the client secret from the OAuth2 page; the token is on the Bot page, under Reset Token.'],
	[/\/webhooks\//, 'That is a webhook’s address; the token is on the Bot page, under Reset Token.'],
	[/^https?:/, 'That is an address; the token is on the Bot page, under Reset Token.'],
	[/^mfa\./, 'That is a person’s token, which a bot must not use; the bot’s is on the Bot page, under Reset Token.'],
];

/** What is evidently wrong with a bot token; undefined if nothing is. */
export const tokenMistake = (value: string): string | undefined => kindOf(KINDS, value) ?? tokenProblems(value)[0];
