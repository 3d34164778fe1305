/** The part of the wizard that connects Discord. */
import type { RESTOptions } from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import { explain } from '../../base/explain.ts';
import type { Questions } from '../../operator/setup/questions.ts';
import { type Settings, settle } from '../../operator/setup/settings.ts';
import { askDiscord } from './account.ts';
import { deployCommands } from './deploy.ts';

export interface DiscordDeps {
	readonly commands: readonly Command[];
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
}

/** @returns what is left to do once the settings are written */
export async function connectDiscord(
	settings: Settings,
	ask: Questions,
	{ commands, rest }: DiscordDeps,
): Promise<() => Promise<void>> {
	if (!settings.get('DISCORD_TOKEN')) {
		ask.say('Make an application there, and on its page Bot press Reset Token; no intents are needed:');
		ask.link('https://discord.com/developers/applications');
	}
	const account = await settle(
		{
			variable: 'DISCORD_TOKEN',
			service: 'Discord',
			message: 'The bot token of Discord',
			check: (token) => askDiscord({ token, rest }),
		},
		settings,
		ask,
	);
	if (!account)
		return async () => ask.warn('The commands are not registered yet: run deploy once Discord can be reached.');
	const { applicationId, name } = account;
	ask.good(`Discord takes the token: the bot is called ${name}.`);
	const before = settings.get('DISCORD_APPLICATION_ID');
	if (before && before !== applicationId) {
		settings.changes.DISCORD_APPLICATION_ID = applicationId;
		ask.warn('DISCORD_APPLICATION_ID was that of another application, and is corrected.');
		if (settings.isFixed('DISCORD_APPLICATION_ID')) ask.warn('It is also set in the environment: unset it there.');
	}
	const token = settings.get('DISCORD_TOKEN') as string;
	return async () => {
		try {
			const { names, inviteUrl } = await deployCommands({ commands, token, applicationId, rest });
			ask.good(`${names.length} commands are registered with Discord. Invite the bot to a server:`);
			ask.link(inviteUrl);
		} catch (error) {
			ask.bad(`${explain('Discord', error)} The token is written; run deploy to register the commands.`);
		}
	};
}
