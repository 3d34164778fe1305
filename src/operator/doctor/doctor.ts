/** `doctor`: checks everything that a bot needs, without changing anything. */
import type { Command } from '../../../commands/lib/command.ts';
import { type BackendConnection, connectBackend } from '../../backend-connection.ts';
import { buildOf } from '../../base/build.ts';
import { type Config, ConfigError } from '../../base/config.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { METRICS_VARIABLES } from '../../metrics/serve.ts';
import { configured, type PlatformDefinition } from '../../platforms/definition.ts';
import { placesIn } from '../models/plan.ts';
import { checkBroker } from './broker.ts';
import { checkClock } from './clock.ts';
import { checkDatabase, checkDataDirectory, checkNode, checkPort, checkSecrecy, checkSpace } from './machine.ts';
import { misspeltNames } from './names.ts';
import { checkPulled } from './pulled.ts';
import { checkWork } from './work.ts';

export interface Patient {
	readonly config: () => Config;
	readonly platforms: readonly PlatformDefinition[];
	readonly commands: readonly Command[];
	/** The file that sets variables besides the environment. */
	readonly envFile: string;
	/** For tests: replaces the running bot, or the desk in this process. */
	readonly backend?: (config: Config) => Promise<BackendConnection>;
}

/** Yields each finding as soon as its check is done. */
export async function* examine(patient: Patient): AsyncGenerator<Finding> {
	yield ok('Flipside', buildOf());
	yield checkNode();
	yield* misspeltNames(patient.platforms, patient.envFile);
	yield* checkSecrecy(patient.envFile);
	let config: Config;
	try {
		config = patient.config();
		yield ok('configuration', 'all settings are valid');
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		for (const problem of error.problems) yield fail('configuration', problem);
		return;
	}
	yield* checkMachine(config, patient);
	yield* checkServices(config, patient);
}

async function* checkMachine(config: Config, { platforms, backend = asUsual }: Patient): AsyncGenerator<Finding> {
	const { dataDir } = config;
	const directory = await checkDataDirectory(dataDir);
	yield directory;
	if (directory.status === 'fail') return;
	yield await checkSpace(dataDir);
	const database = checkDatabase(dataDir);
	yield database;
	// Starting a desk in this process would set a damaged database aside.
	if (database.status === 'fail') return;
	/** Stays true if there is a bot that does not answer. */
	let botIsRunning = true;
	const connect = async () => {
		const connection = await backend(config);
		botIsRunning = connection.byRunningBot;
		return connection;
	};
	yield* await checkPulled(placesIn(config));
	yield* checkBroker(config.broker);
	yield* checkWork(config, connect);
	// A running bot already holds its ports.
	if (botIsRunning) return;
	if (config.metrics) yield await checkPort({ name: 'metrics', ...METRICS_VARIABLES, ...config.metrics });
	for (const [platform, own] of configured(platforms, config)) {
		const port = platform.port?.(own);
		if (port) yield await checkPort(port);
	}
}

/** Silent, because the findings say what this process would log. */
const asUsual = (config: Config) => connectBackend({ ...config, logLevel: 'silent' });

async function* checkServices(config: Config, { platforms, commands }: Patient): AsyncGenerator<Finding> {
	const used = configured(platforms, config).filter(([{ local }]) => !local);
	if (used.length === 0) {
		yield warn('platforms', alone(platforms));
		return;
	}
	for (const [platform, own] of used) yield* platform.examine?.(own, commands) ?? [];
	const address = used.map(([platform, own]) => platform.clockAddress?.(own)).find((found) => found !== undefined);
	const clock = address === undefined ? undefined : await checkClock(address);
	if (clock) yield clock;
}

/** "Neither A, B nor C is set up, so there is only D; run setup." */
function alone(platforms: readonly PlatformDefinition[]): string {
	const titles = (local: boolean) =>
		platforms.filter((platform) => Boolean(platform.local) === local).map(({ title }) => title);
	const remote = titles(false);
	const neither = [remote.slice(0, -1).join(', '), remote.at(-1)].join(' nor ');
	return `Neither ${neither} is set up, so there is only ${titles(true).join(' and ')}; run setup.`;
}
