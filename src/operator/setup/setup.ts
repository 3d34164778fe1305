/**
 * `setup`: asks what a bot needs to be on Discord and on Slack, tries it, and writes it into .env in one go at the end, so that
 * whoever stops before has changed nothing.
 */
import { cancel, intro, outro } from '@clack/prompts';
import { UserError } from '../../../gpu/jobs.ts';
import { connectDiscord, type DiscordDeps } from '../../platforms/discord/setup.ts';
import { connectSlack, type SlackDeps } from '../../platforms/slack/setup.ts';
import { readText, withValues, writePrivate } from './env-file.ts';
import { Ended, type Questions, questionsOn, type Terminal } from './questions.ts';
import { Settings } from './settings.ts';

export interface SetupDeps extends Terminal, DiscordDeps, SlackDeps {
	/** Where the settings are written. */
	readonly envFile: string;
	/** What a new one begins as. */
	readonly exampleFile: string;
	/** What is set outside of the file, which wins. */
	readonly environment: NodeJS.ProcessEnv;
}

const PLATFORMS = [
	{ value: 'discord', label: 'Discord', variable: 'DISCORD_TOKEN' },
	{ value: 'slack', label: 'Slack', variable: 'SLACK_BOT_TOKEN' },
] as const;

/** As of a program that was interrupted. */
const INTERRUPTED = 130;

/**
 * @returns the exit status
 * @throws {UserError} where there is no terminal
 */
export async function setUp(deps: SetupDeps): Promise<number> {
	const { input, output, envFile, exampleFile, environment } = deps;
	if (!input.isTTY || !output.isTTY) {
		throw new UserError(
			'setup asks questions and needs a terminal; without one write DISCORD_TOKEN, or SLACK_BOT_TOKEN and SLACK_APP_TOKEN, into .env (see .env.example), then run deploy for Discord.',
		);
	}
	const before = await readText(envFile);
	const settings = new Settings(before ?? '', environment);
	const ask = questionsOn(deps);
	intro('Flipside', { output });
	try {
		const afterwards = await askAll(settings, ask, deps);
		const text = before ?? (await readText(exampleFile)) ?? '';
		await writePrivate(envFile, withValues(text, settings.changes));
		const names = Object.keys(settings.changes);
		const what = names.length > 0 ? `Written into ${envFile}: ${names.join(', ')}` : `${envFile} stays as it was`;
		ask.good(`${what}. Only this user can read it.`);
		await afterwards();
	} catch (error) {
		if (!(error instanceof Ended)) throw error;
		cancel('Nothing was written.', { output });
		return INTERRUPTED;
	}
	outro('npm start starts the bot; npm run -s flipside -- doctor looks whether everything is right.', { output });
	return 0;
}

async function askAll(settings: Settings, ask: Questions, deps: SetupDeps): Promise<() => Promise<void>> {
	const set = PLATFORMS.filter(({ variable }) => settings.get(variable)).map(({ value }) => value);
	const chosen = await ask.several(
		'Where shall the bot be? (The local console needs nothing.)',
		PLATFORMS.map(({ value, label }) => ({ value, label, hint: set.includes(value) ? 'has a token' : undefined })),
		set,
	);
	const afterwards = chosen.includes('discord') ? await connectDiscord(settings, ask, deps) : async () => {};
	if (chosen.includes('slack')) await connectSlack(settings, ask, deps);
	return afterwards;
}
