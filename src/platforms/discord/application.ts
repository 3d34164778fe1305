/** What of an application's settings in the portal breaks the bot without a word. */
import type { APIApplication } from 'discord.js';

/** As `/applications/@me` has it: more than the types know. */
export type Application = Pick<APIApplication, 'id'> & Partial<APIApplication>;

export interface Fault {
	/** `fail`: nothing works; `warn`: somebody will miss something. */
	readonly status: 'fail' | 'warn';
	/** What to do about it, too. */
	readonly text: string;
}

const PORTAL = 'the developer portal';
/** Of an installation by a person, in `integration_types_config`. */
const USER_INSTALL = '1';

export const NO_SERVER: Fault = {
	status: 'warn',
	text: 'The bot is in no server; invite it with the link that deploy prints.',
};

const ENDPOINT: Fault = {
	status: 'fail',
	text: `An Interactions Endpoint URL is set, so Discord sends commands there and none to the bot; empty it in ${PORTAL}, General Information.`,
};

const CODE_GRANT: Fault = {
	status: 'fail',
	text: `Requires OAuth2 Code Grant is on, so no invitation works; switch it off in ${PORTAL}, Bot.`,
};

const NO_USER_INSTALL: Fault = {
	status: 'warn',
	text: `User Install is off, so in private messages commands may be listed and fail; switch it on in ${PORTAL}, Installation.`,
};

export function faultsOf(application: Application): readonly Fault[] {
	const {
		interactions_endpoint_url: endpoint,
		bot_require_code_grant: codeGrant,
		approximate_guild_count: servers,
		integration_types_config: installs,
	} = application;
	// A private one would still be its owner's alone.
	const lacksUserInstall = installs !== undefined && !Object.hasOwn(installs, USER_INSTALL) && !isPrivate(application);
	return [
		...(endpoint ? [ENDPOINT] : []),
		...(codeGrant ? [CODE_GRANT] : []),
		...(servers === 0 ? [NO_SERVER] : []),
		...(lacksUserInstall ? [NO_USER_INSTALL] : []),
	];
}

/** Whether only the owner can install it, in a server or as an app of their own. */
export const isPrivate = ({ bot_public: isPublic }: Application) => isPublic === false;
