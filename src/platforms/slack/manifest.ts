/** The app's manifest for Slack, built from the registry: its commands, shortcuts, scopes and events. */
import type { Command } from '../../../commands/lib/command.ts';
import { verbsOf } from '../../../commands/lib/find-command.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { optionIn } from '../../../commands/lib/typed-option.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { MESSAGE_MENU } from '../../chat/message-menu.ts';
import { MAIN_COMMAND } from '../../chat/typed-request.ts';
import { callbackId } from './messages.ts';
import { slashNames } from './slash-commands.ts';

/** How much of a slash command's description fits in the menu that opens while one types, in characters. */
const MAX_DESCRIPTION = 100;
const MAX_USAGE = 100;

/** docs/slack.md says what each is for. */
export const SCOPES: readonly string[] = [
	'app_mentions:read',
	'channels:read',
	'chat:write',
	'chat:write.public',
	'commands',
	'files:read',
	'files:write',
	'groups:read',
	'im:history',
	'im:write',
	'usergroups:read',
	'users:read',
];

const EVENTS = ['app_mention', 'message.im'];

export interface ManifestOptions {
	/** See SLACK_COMMAND_PREFIX. */
	readonly prefix?: string;
	/** The address that Slack posts to. Default: none, for Socket Mode */
	readonly requestUrl?: string;
}

/** The manifest in Slack's format (docs.slack.dev, "App manifest reference"). */
export function slackManifest(commands: readonly Command[], { prefix, requestUrl }: ManifestOptions = {}) {
	const url = requestUrl === undefined ? {} : { request_url: requestUrl };
	return {
		display_information: {
			name: 'Flipside',
			description: 'Diffusion models in your class channel: anagrams, edits, hybrids and more',
			background_color: '#2b2d42',
		},
		features: {
			app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
			bot_user: { display_name: 'Flipside', always_online: true },
			shortcuts: MESSAGE_MENU.map((entry) => {
				return { name: entry.name, type: 'message', callback_id: callbackId(entry), description: entry.description };
			}),
			slash_commands: slashNames(commands, prefix).map((command) => ({
				command,
				...(requestUrl !== undefined && { url: requestUrl }),
				...usage(commands, command, prefix),
				// Mentions then include people's ids, so nothing has to be guessed from names.
				should_escape: true,
			})),
		},
		oauth_config: { scopes: { bot: SCOPES } },
		settings: {
			event_subscriptions: { ...url, bot_events: EVENTS },
			interactivity: { is_enabled: true, ...url },
			org_deploy_enabled: false,
			socket_mode_enabled: requestUrl === undefined,
			token_rotation_enabled: false,
		},
	};
}

function usage(commands: readonly Command[], slash: string, prefix = ''): { description: string; usage_hint: string } {
	if (slash === MAIN_COMMAND) {
		const hint = 'generate a photo of a dog, or only help';
		return { description: 'Make pictures: anagrams, edits, hybrids and more', usage_hint: hint };
	}
	const name = slash.slice(1 + prefix.length);
	const own = commands.find((command) => command.name === name);
	if (own) {
		const { summary, example } = own;
		return { description: shorten(summary, MAX_DESCRIPTION), usage_hint: shorten(example || ' ', MAX_USAGE) };
	}
	const hint = verbsOf(commands, name).join(' | ');
	return { description: `/${name} and a verb`, usage_hint: shorten(hint, MAX_USAGE) };
}

/** A link to Slack's page for a new app, filled in. */
const manifestLink = (manifest: object) =>
	`https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`;

const isLink = (word: string) => optionIn(word, ['link'])?.name === 'link';

/** The manifest as in assets/slack/manifest.json. */
export const manifestJson = (manifest: object) => JSON.stringify(manifest, undefined, '\t');

/**
 * The output of the operator's verb `manifest`.
 *
 * @param words `--link` for the link instead of the JSON; the bot's https address for HTTP instead of Socket Mode
 * @throws {UserError} for any other word
 */
export function manifestText(
	commands: readonly Command[],
	prefix: string | undefined,
	words: readonly string[],
): string {
	const addresses = words.filter((word) => !isLink(word));
	const [address, tooMany] = addresses;
	if (tooMany !== undefined || (address !== undefined && !/^https:\/\/[^\s/]+\/?$/.test(address))) {
		const given = shorten(tooMany ?? address, 40);
		throw new UserError(
			`manifest takes --link and the bot's address, for example https://bot.example.org; got "${given}".`,
		);
	}
	const requestUrl = address === undefined ? undefined : `${address.replace(/\/$/, '')}/slack/events`;
	const manifest = slackManifest(commands, { prefix, requestUrl });
	return words.some(isLink) ? manifestLink(manifest) : manifestJson(manifest);
}
