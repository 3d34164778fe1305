/** Discord's names and its part of the configuration. */
import * as z from 'zod';
import { apiAddress, idList, type Settings } from '../../base/setting.ts';

/** Never change this: messages are stored under it. */
export const NAME = 'discord';
export const TITLE = 'Discord';

export const settings = {
	DISCORD_TOKEN: z
		.string()
		.optional()
		.describe("Discord: the bot's token and the application's id, both from the developer portal (docs/discord.md)."),
	DISCORD_APPLICATION_ID: z
		.string()
		.regex(/^\d{5,25}$/, 'must be the application id from the Discord developer portal, digits only')
		.optional(),
	STAFF_ROLE_IDS: z
		.string()
		.regex(/^\s*\d{5,25}(\s*,\s*\d{5,25})*\s*$/, 'must be ids of Discord roles, digits only, separated by commas')
		.optional()
		.describe(
			'Discord: ids of roles whose members are also staff, separated by commas. People who may manage the server always are.',
		),
	DISCORD_REPORT_CHANNEL: z
		.string()
		.regex(/^\d{5,25}$/, 'must be the id of a Discord channel, digits only')
		.optional()
		.describe('Discord: the id of a channel that reports go to; the bot must see it and be allowed to write there.'),
	DISCORD_API_URL: apiAddress.describe(
		'Discord: an address to use instead of https://discord.com/api, for a proxy or for tests; files may come from there too.',
	),
} satisfies Settings;

export interface DiscordConfig {
	readonly token: string;
	readonly applicationId: string | undefined;
	/** Ids of the roles whose members are staff, in addition to people who may manage the server. */
	readonly staffRoles: readonly string[];
	/** The id of the channel that reports go to. */
	readonly reportChannel: string | undefined;
	/** The address of the API. Default: Discord's own */
	readonly api: string | undefined;
}

/** The options with which discord.js uses another address. */
export const restAt = (api: string | undefined) => (api === undefined ? {} : { api });

/** Undefined without a token. */
export function readConfig(values: z.output<z.ZodObject<typeof settings>>): DiscordConfig | undefined {
	if (!values.DISCORD_TOKEN) return undefined;
	return {
		token: values.DISCORD_TOKEN,
		applicationId: values.DISCORD_APPLICATION_ID,
		staffRoles: idList(values.STAFF_ROLE_IDS),
		reportChannel: values.DISCORD_REPORT_CHANNEL,
		api: values.DISCORD_API_URL,
	};
}
