/** Slack's names and its part of the configuration. */
import * as z from 'zod';
import type { Given } from '../../base/config.ts';
import { apiAddress, idList, type Settings, wholeNumber } from '../../base/setting.ts';

/** Never change this: messages are stored under it. */
export const NAME = 'slack';
export const TITLE = 'Slack';

export const settings = {
	SLACK_BOT_TOKEN: z
		.string()
		.optional()
		.describe('Slack: the bot token (xoxb-…) and the app token (xapp-…) for Socket Mode (docs/slack.md).'),
	SLACK_APP_TOKEN: z.string().optional(),
	SLACK_SIGNING_SECRET: z.string().optional().describe('Slack over HTTP, instead of an app token: the signing secret.'),
	SLACK_PORT: wholeNumber(
		0,
		65_535,
		3000,
		'the port that Slack posts to without an app token, 0 = any free port',
	).describe('Slack over HTTP: the port that /slack/events listens on. 0 = any free port; default 3000'),
	SLACK_COMMAND_PREFIX: z
		.string()
		.regex(/^[a-z0-9_-]{1,16}$/, 'must be 1 to 16 lower-case letters, digits, - or _, for example if-')
		.optional()
		.describe(
			'Slack: a prefix for commands in addition to /flipside; if- gives /if-anagram. Regenerate the manifest after a change.',
		),
	SLACK_STAFF: z
		.string()
		.regex(
			/^\s*[UWS][A-Z0-9]+(\s*,\s*[UWS][A-Z0-9]+)*\s*$/,
			'must be ids of Slack members (U…) or user groups (S…), separated by commas',
		)
		.optional()
		.describe(
			"Slack: ids of members (U…) and user groups (S…) that are staff in addition to the workspace's owners and admins,\nseparated by commas.",
		),
	SLACK_REPORT_CHANNEL: z
		.string()
		.regex(/^[CG][A-Z0-9]+$/, 'must be the id of a Slack channel, for example C024BE91L')
		.optional()
		.describe('Slack: the id of a channel (C…) that reports go to; the bot must be in it, unless it is public.'),
	SLACK_API_URL: apiAddress
		.transform((address) => address?.replace(/\/*$/, '/'))
		.describe(
			'Slack: an address to use instead of https://slack.com/api/, for a proxy or for tests; files may come from there too.',
		),
} satisfies Settings;

export interface SlackConfig {
	readonly botToken: string;
	/** For Socket Mode; without it Slack posts to `port`. */
	readonly appToken: string | undefined;
	readonly signingSecret: string | undefined;
	readonly port: number;
	/** The prefix of slash commands in addition to /flipside; undefined if there are none. */
	readonly commandPrefix: string | undefined;
	/** Ids of members and user groups that are staff, in addition to the workspace's owners and admins. */
	readonly staff: readonly string[];
	/** The id of the channel that reports go to. */
	readonly reportChannel: string | undefined;
	/** The address of the API, with a trailing slash. Default: Slack's own */
	readonly slackApiUrl: string | undefined;
}

/** Undefined without a bot token. */
export function readConfig(values: z.output<z.ZodObject<typeof settings>>): SlackConfig | undefined {
	if (!values.SLACK_BOT_TOKEN) return undefined;
	return {
		botToken: values.SLACK_BOT_TOKEN,
		appToken: values.SLACK_APP_TOKEN,
		signingSecret: values.SLACK_SIGNING_SECRET,
		port: values.SLACK_PORT,
		commandPrefix: values.SLACK_COMMAND_PREFIX,
		staff: idList(values.SLACK_STAFF),
		reportChannel: values.SLACK_REPORT_CHANNEL,
		slackApiUrl: values.SLACK_API_URL,
	};
}

export function problems(given: Given): readonly string[] {
	if (given.SLACK_BOT_TOKEN || !(given.SLACK_APP_TOKEN || given.SLACK_SIGNING_SECRET)) return [];
	return ['SLACK_BOT_TOKEN is missing, without which the other Slack settings do nothing (docs/slack.md).'];
}
