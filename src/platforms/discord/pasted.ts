/** What people paste in place of Discord's token. */
import { type Kinds, kindOf } from '../pasted.ts';
import { tokenProblems } from './tokens.ts';

const KINDS: Kinds = [
	[/^$/, 'Paste the bot token; Ctrl+C ends the setup.'],
	[/^x(?:ox[a-z]|app)[-.]/, 'That is a token of Slack; Discord’s has three parts with dots between.'],
	[/^\d{15,25}$/, 'That is an id, such as the application’s; the token is on the page Bot, behind Reset Token.'],
	[/^[0-9a-f]{64}$/i, 'That is the application’s public key; the token is on the page Bot, behind Reset Token.'],
	[/^[\w-]{32}$/, 'That is the client secret of the page OAuth2; the token is on the page Bot, behind Reset Token.'],
	[/\/webhooks\//, 'That is the address of a webhook; the token is on the page Bot, behind Reset Token.'],
	[/^https?:/, 'That is an address; the token is on the page Bot, behind Reset Token.'],
	[/^mfa\./, 'That is a person’s token, which a bot must not use; the bot’s is on the page Bot, behind Reset Token.'],
];

/** What is wrong with a bot token, as far as its form tells; undefined when nothing is. */
export const tokenMistake = (value: string): string | undefined => kindOf(KINDS, value) ?? tokenProblems(value)[0];
