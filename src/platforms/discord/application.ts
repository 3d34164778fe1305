/** Finds settings of the application in the portal that break the bot silently. */
import { type APIApplication, ApplicationIntegrationType } from 'discord.js';

/** The application as `/applications/@me` returns it, with more fields than the types declare. */
export type Application = Pick<APIApplication, 'id'> & Partial<APIApplication>;

export interface Fault {
	/** `fail`: nothing works; `warn`: something is missing. */
	readonly status: 'fail' | 'warn';
	/** Includes the remedy. */
	readonly text: string;
}

const PORTAL = 'the developer portal';

export const NO_SERVER: Fault = {
	status: 'warn',
	text: 'The bot is not in any server; invite it with the link that deploy prints.',
};

const ENDPOINT: Fault = {
	status: 'fail',
	text: `An Interactions Endpoint URL is set, so Discord sends commands there instead of to the bot; clear it in ${PORTAL}, General Information.`,
};

const CODE_GRANT: Fault = {
	status: 'fail',
	text: `Requires OAuth2 Code Grant is on, so invitations do not work; turn it off in ${PORTAL}, Bot.`,
};

const NO_USER_INSTALL: Fault = {
	status: 'warn',
	text: `User Install is off, so private messages may list commands that then fail; turn it on in ${PORTAL}, Installation, and run deploy.`,
};

export function faultsOf(application: Application): readonly Fault[] {
	const {
		interactions_endpoint_url: endpoint,
		bot_require_code_grant: codeGrant,
		approximate_guild_count: servers,
	} = application;
	// Even with it, a private application could only be installed by its owner.
	const lacksUserInstall =
		!installsOf(application).includes(ApplicationIntegrationType.UserInstall) && !isPrivate(application);
	return [
		...(endpoint ? [ENDPOINT] : []),
		...(codeGrant ? [CODE_GRANT] : []),
		...(servers === 0 ? [NO_SERVER] : []),
		...(lacksUserInstall ? [NO_USER_INSTALL] : []),
	];
}

/** Whether only the owner can install the application, in a server or for themselves. */
export const isPrivate = ({ bot_public: isPublic }: Application) => isPublic === false;

const INSTALLS = [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall];

/** How people can install the application: in servers, or for themselves. Both if Discord does not say. */
export const installsOf = ({ integration_types_config: config }: Application) =>
	INSTALLS.filter((install) => config === undefined || Object.hasOwn(config, install));
