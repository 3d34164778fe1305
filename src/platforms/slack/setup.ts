/** The part of the wizard that connects Slack. */
import type { Command } from '../../../commands/command.ts';
import { UserError } from '../../../gpu/jobs.ts';
import type { Questions } from '../../operator/setup/questions.ts';
import { type Settings, settle } from '../../operator/setup/settings.ts';
import { askSlack, askSlackSocket, lacks } from './account.ts';
import { manifestText } from './manifest.ts';

export interface SlackDeps {
	readonly commands: readonly Command[];
	/** Another address than Slack's own, for tests. */
	readonly slackApiUrl?: string;
}

const TRANSPORTS = [
	{ value: 'socket', label: 'Socket Mode', hint: 'no public address needed' },
	{ value: 'http', label: 'HTTP', hint: 'Slack posts to an https address of yours' },
] as const;

export async function connectSlack(
	settings: Settings,
	ask: Questions,
	{ commands, slackApiUrl }: SlackDeps,
): Promise<void> {
	const transport = await ask.one('How does Slack reach the bot?', TRANSPORTS);
	const link = (...address: string[]) =>
		manifestText(commands, settings.get('SLACK_COMMAND_PREFIX'), ['--link', ...address]);
	const complaint = (address: string) => complaintOf(() => link(address));
	const address =
		transport === 'http' ? [await ask.line('Its https address', 'https://bot.example.org', complaint)] : [];
	ask.say('Make the app by this link, which fills in everything, and install it under Install App:');
	ask.link(link(...address));

	const bot = await settle(
		{
			variable: 'SLACK_BOT_TOKEN',
			service: 'Slack',
			message: 'The bot token, xoxb-… (OAuth & Permissions, Bot User OAuth Token)',
			check: (token) => askSlack({ token, slackApiUrl }),
		},
		settings,
		ask,
	);
	if (bot) {
		ask.good(`Slack takes the bot token: the bot is called ${bot.name} in ${bot.team}.`);
		if (bot.missingScopes.length > 0) ask.warn(lacks(bot.missingScopes));
	}
	if (transport === 'http') await askForSecret(settings, ask);
	else await askForAppToken(settings, ask, slackApiUrl);
}

async function askForAppToken(settings: Settings, ask: Questions, slackApiUrl?: string): Promise<void> {
	const taken = await settle(
		{
			variable: 'SLACK_APP_TOKEN',
			service: 'Slack',
			message: 'The app token, xapp-… (Basic Information, App-Level Tokens, scope connections:write)',
			check: (token) => askSlackSocket({ token, slackApiUrl }).then(() => true),
		},
		settings,
		ask,
	);
	if (taken) ask.good('Slack takes the app token: Socket Mode works.');
}

/** Nothing can be asked about it: it only shows when Slack posts. */
async function askForSecret(settings: Settings, ask: Questions): Promise<void> {
	const variable = 'SLACK_SIGNING_SECRET';
	if (!settings.get(variable) || !(await ask.yes(`${variable} is set. Keep it?`))) {
		settings.changes[variable] = await ask.secret('The signing secret (Basic Information)', variable);
	}
	if (!settings.get('SLACK_APP_TOKEN')) return;
	// With an app token it would be Socket Mode.
	settings.changes.SLACK_APP_TOKEN = '';
	ask.warn('SLACK_APP_TOKEN is emptied: with it the bot would use Socket Mode.');
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
