/** The part of the wizard that connects Slack. */
import type { Command } from '../../../commands/lib/command.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { idList } from '../../base/setting.ts';
import type { Wizard } from '../wizard.ts';
import { askSlack, askSlackSocket, lacks } from './account.ts';
import { manifestText } from './manifest.ts';
import { examineIds } from './named-ids.ts';
import { appTokenMistake, botTokenMistake, signingSecretMistake } from './pasted.ts';
import { TITLE } from './settings.ts';

const TRANSPORTS = [
	{ value: 'socket', label: 'Socket Mode', hint: 'no public address needed' },
	{ value: 'http', label: 'HTTP', hint: 'Slack posts to an https address of yours' },
] as const;

export async function connectSlack(wizard: Wizard, commands: readonly Command[]): Promise<void> {
	const slackApiUrl = wizard.get('SLACK_API_URL');
	const transport = await wizard.one('How does Slack reach the bot?', TRANSPORTS);
	const link = (...address: string[]) =>
		manifestText(commands, wizard.get('SLACK_COMMAND_PREFIX'), ['--link', ...address]);
	const complaint = (address: string) => complaintOf(() => link(address));
	const address =
		transport === 'http' ? [await wizard.line('Its https address', 'https://bot.example.org', complaint)] : [];
	wizard.say('Create the app with this link, which fills in everything, and install it under Install App:');
	wizard.link(link(...address));

	const bot = await wizard.settle({
		variable: 'SLACK_BOT_TOKEN',
		service: TITLE,
		message: 'The bot token, xoxb-… (OAuth & Permissions, Bot User OAuth Token)',
		mistake: botTokenMistake,
		check: (token) => askSlack({ token, slackApiUrl }),
	});
	if (bot) {
		wizard.good(`Slack accepts the bot token; the bot is called ${bot.name} in ${bot.team}.`);
		if (bot.missingScopes.length > 0) wizard.warn(lacks(bot.missingScopes));
		await warnOfIds(wizard, slackApiUrl);
	}
	if (transport === 'http') await askForSecret(wizard);
	else await askForAppToken(wizard, bot?.app, slackApiUrl);
}

async function warnOfIds(wizard: Wizard, slackApiUrl: string | undefined): Promise<void> {
	const token = wizard.get('SLACK_BOT_TOKEN') as string;
	const ids = { staff: idList(wizard.get('SLACK_STAFF')), reportChannel: wizard.get('SLACK_REPORT_CHANNEL') };
	for await (const { status, text } of examineIds({ token, slackApiUrl }, ids)) if (status !== 'ok') wizard.warn(text);
}

async function askForAppToken(wizard: Wizard, botsApp: string | undefined, slackApiUrl?: string): Promise<void> {
	const taken = await wizard.settle({
		variable: 'SLACK_APP_TOKEN',
		service: TITLE,
		message: 'The app token, xapp-… (Basic Information, App-Level Tokens, scope connections:write)',
		mistake: appTokenMistake,
		check: (token) => askSlackSocket({ token, slackApiUrl }, botsApp).then(() => true),
	});
	if (taken) wizard.good('Slack accepts the app token; Socket Mode works.');
}

/** Slack cannot check a signing secret in advance; only its first request shows whether it is correct. */
async function askForSecret(wizard: Wizard): Promise<void> {
	const variable = 'SLACK_SIGNING_SECRET';
	if (!wizard.get(variable) || !(await wizard.yes(`${variable} is set. Keep it?`))) {
		const message = 'The signing secret (Basic Information)';
		wizard.set(variable, await wizard.secret({ message, mistake: signingSecretMistake }));
	}
	if (!wizard.get('SLACK_APP_TOKEN')) return;
	// With an app token the bot would use Socket Mode.
	wizard.set('SLACK_APP_TOKEN', '');
	wizard.warn('SLACK_APP_TOKEN has been cleared: with it the bot would use Socket Mode.');
}

function complaintOf(make: () => unknown): string | undefined {
	try {
		make();
		return undefined;
	} catch (error) {
		if (error instanceof UserError) return error.message;
		throw error;
	}
}
