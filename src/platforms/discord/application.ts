/** What of an application's settings in the portal breaks the bot without a word. */
import { type APIApplication, ApplicationIntegrationType } from 'discord.js';

/** As `/applications/@me` has it: more than the types know. */
export type Application = Pick<APIApplication, 'id'> & Partial<APIApplication>;

export interface Fault {
	/** `fail`: nothing works; `warn`: somebody will miss something. */
	readonly status: 'fail' | 'warn';
	/** What to do about it, too. */
	readonly text: string;
}

const PORTAL = 'the developer portal';

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
	text: `User Install is off, so in private messages commands may be listed, and may fail; switch it on in ${PORTAL}, Installation, and run deploy.`,
};

export function faultsOf(application: Application): readonly Fault[] {
	const {
		interactions_endpoint_url: endpoint,
		bot_require_code_grant: codeGrant,
		approximate_guild_count: servers,
	} = application;
	// A private one would still be its owner's alone.
	const lacksUserInstall =
		!installsOf(application).includes(ApplicationIntegrationType.UserInstall) && !isPrivate(application);
	return [
		...(endpoint ? [ENDPOINT] : []),
		...(codeGrant ? [CODE_GRANT] : []),
		...(servers === 0 ? [NO_SERVER] : []),
		...(lacksUserInstall ? [NO_USER_INSTALL] : []),
	];
}

/** Whether only the owner can install it, in a server or as an app of their own. */
export const isPrivate = ({ bot_public: isPublic }: Application) => isPublic === false;

const INSTALLS = [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall];

/** How people can install it: into servers, and as an app of their own. All where Discord does not say. */
export const installsOf = ({ integration_types_config: config }: Application) =>
	INSTALLS.filter((install) => config === undefined || Object.hasOwn(config, install));
