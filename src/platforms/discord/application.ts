/** What of an application's settings in the portal breaks the bot without a word. */
import type { APIApplication } from 'discord.js';

/** As `/applications/@me` has it: more than the types know. */
export type Application = Pick<APIApplication, 'id'> & Partial<APIApplication>;

export interface Fault {
	/** `serious`: nothing works; otherwise somebody will miss something. */
	readonly serious: boolean;
	/** What to do about it, too. */
	readonly text: string;
}

const PORTAL = 'the developer portal';
/** Of an installation by a person, in `integration_types_config`. */
const USER_INSTALL = '1';

export function faultsOf(application: Application): readonly Fault[] {
	const {
		interactions_endpoint_url: endpoint,
		bot_require_code_grant: codeGrant,
		approximate_guild_count: servers,
		integration_types_config: installs,
	} = application;
	const faults: (Fault | false)[] = [
		Boolean(endpoint) && {
			serious: true,
			text: `An Interactions Endpoint URL is set, so Discord sends commands there and none to the bot; empty it in ${PORTAL}, General Information.`,
		},
		codeGrant === true && {
			serious: true,
			text: `Requires OAuth2 Code Grant is on, so no invitation works; switch it off in ${PORTAL}, Bot.`,
		},
		servers === 0 && {
			serious: false,
			text: 'The bot is in no server; invite it with the link that deploy prints.',
		},
		installs !== undefined &&
			!Object.hasOwn(installs, USER_INSTALL) && {
				serious: false,
				text: `User Install is off, so in private messages commands may be listed and fail; switch it on in ${PORTAL}, Installation.`,
			},
	];
	return faults.filter((fault) => fault !== false);
}
