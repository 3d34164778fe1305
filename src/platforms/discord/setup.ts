/** The part of the wizard that connects Discord. */
import type { Command } from '../../../commands/lib/command.ts';
import { explainRefusal } from '../../base/explain.ts';
import { idList } from '../../base/setting.ts';
import type { Wizard } from '../wizard.ts';
import { askDiscord } from './account.ts';
import { NO_SERVER } from './application.ts';
import { deployCommands } from './deploy.ts';
import { examineIds } from './named-ids.ts';
import { tokenMistake } from './pasted.ts';
import { restAt, TITLE } from './settings.ts';

/** @returns what is left to do once the settings are written */
export async function connectDiscord(wizard: Wizard, commands: readonly Command[]): Promise<() => Promise<void>> {
	const rest = restAt(wizard.get('DISCORD_API_URL'));
	if (!wizard.get('DISCORD_TOKEN')) {
		wizard.say('Create an application here, then press Reset Token on its Bot page; no intents are needed:');
		wizard.link('https://discord.com/developers/applications');
	}
	const account = await wizard.settle({
		variable: 'DISCORD_TOKEN',
		service: TITLE,
		message: 'Discord bot token',
		mistake: tokenMistake,
		check: (token) => askDiscord({ token, rest }),
	});
	if (!account)
		return async () => wizard.warn('The commands are not registered yet: run deploy once Discord can be reached.');
	const { applicationId, name, faults, isPrivate } = account;
	wizard.good(`Discord accepts the token; the bot is called ${name}.`);
	// The invitation comes next, so there is no need to warn that the bot is not in any server.
	for (const fault of faults) if (fault !== NO_SERVER) wizard.warn(fault.text);
	if (isPrivate)
		wizard.say('The application is private: only its owner can invite the bot or install it for themselves.');
	const reportChannel = wizard.get('DISCORD_REPORT_CHANNEL');
	for await (const { status, text } of examineIds(account, {
		staffRoles: idList(wizard.get('STAFF_ROLE_IDS')),
		reportChannel,
	})) {
		if (status !== 'ok') wizard.warn(text);
	}
	const before = wizard.get('DISCORD_APPLICATION_ID');
	if (before && before !== applicationId) {
		wizard.set('DISCORD_APPLICATION_ID', applicationId);
		wizard.warn('DISCORD_APPLICATION_ID belonged to another application and has been corrected.');
		if (wizard.isFixed('DISCORD_APPLICATION_ID')) wizard.warn('It is also set in the environment: unset it there.');
	}
	const token = wizard.get('DISCORD_TOKEN') as string;
	return async () => {
		try {
			const { names, inviteUrl } = await deployCommands({ commands, token, rest });
			wizard.good(`${names.length} commands are registered with Discord. Invite the bot to a server:`);
			wizard.link(inviteUrl);
		} catch (error) {
			wizard.bad(`${explainRefusal(TITLE, error)} The token is saved; run deploy to register the commands.`);
		}
	};
}
