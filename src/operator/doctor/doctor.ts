/** `doctor`: looks at everything that a bot needs, one finding a line, and changes nothing. */
import type { RESTOptions } from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import { type BackendConnection, connectBackend } from '../../backend-connection.ts';
import { type Config, ConfigError } from '../../base/config.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { checkDiscord } from '../../platforms/discord/doctor.ts';
import { checkSlack } from '../../platforms/slack/doctor.ts';
import { checkClock } from './clock.ts';
import { checkDatabase, checkDataDirectory, checkNode, checkPort, checkSpace } from './machine.ts';
import { checkWork } from './work.ts';

export interface Patient {
	readonly config: () => Config;
	readonly commands: readonly Command[];
	/** Other addresses than the services' own, for tests. */
	readonly rest?: Partial<RESTOptions>;
	readonly slackApiUrl?: string;
	/** In place of the running bot, or of a desk in this process, for tests. */
	readonly backend?: (config: Config) => Promise<BackendConnection>;
}

const DISCORD = 'https://discord.com/api';
const SLACK = 'https://slack.com/api/';

/** Everything that was found, as it is found. */
export async function* examine(patient: Patient): AsyncGenerator<Finding> {
	yield checkNode();
	let config: Config;
	try {
		config = patient.config();
		yield ok('configuration', 'every setting can be used');
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		for (const problem of error.problems) yield fail('configuration', problem);
		return;
	}
	yield* checkHouse(config, patient);
	yield* checkServices(config, patient);
}

async function* checkHouse(config: Config, { backend = asUsual }: Patient): AsyncGenerator<Finding> {
	const { dataDir, consolePort, slack } = config;
	const directory = await checkDataDirectory(dataDir);
	yield directory;
	if (directory.status === 'fail') return;
	yield await checkSpace(dataDir);
	const database = checkDatabase(dataDir);
	yield database;
	// A desk in this process would set a damaged one aside.
	if (database.status === 'fail') return;
	/** Also one that cannot be asked. */
	let botIsRunning = true;
	const connect = async () => {
		const connection = await backend(config);
		botIsRunning = connection.byRunningBot;
		return connection;
	};
	yield* checkWork(config, connect);
	// A running bot has its ports.
	if (botIsRunning) return;
	yield await checkPort('CONSOLE_PORT', consolePort, '127.0.0.1');
	if (slack && !slack.appToken) yield await checkPort('SLACK_PORT', slack.port);
}

/** What this process would tell the log, the findings tell. */
const asUsual = (config: Config) => connectBackend({ ...config, logLevel: 'silent' });

async function* checkServices(
	{ discord, slack }: Config,
	{ commands, rest, slackApiUrl }: Patient,
): AsyncGenerator<Finding> {
	if (!discord && !slack) {
		yield warn('platforms', 'Neither Discord nor Slack is set up, so there is only the local console; run setup.');
		return;
	}
	if (discord) yield* checkDiscord({ ...discord, rest }, commands);
	if (slack) yield* checkSlack(slack, slackApiUrl);
	const clock = await checkClock(discord ? (rest?.api ?? DISCORD) : (slackApiUrl ?? SLACK));
	if (clock) yield clock;
}

/** @returns the line of a finding */
export const line = ({ name, status, text }: Finding): string => `${status.padEnd(4)}  ${name}: ${text}`;
