/** The bot, on every platform that is set up. */
import { warmUpLettering } from '../commands/figures/lettering.ts';
import { watchAvailability } from './availability.ts';
import { type Config, ConfigError } from './base/config.ts';
import { tell } from './base/printable.ts';
import { atMost } from './chat/at-most.ts';
import type { Platform } from './chat/platform.ts';
import { type Composition, compose } from './compose.ts';
import { beforeTheEnd, endOnSignals, isEnding } from './ending.ts';
import { listen } from './local-socket/listen.ts';
import { configured, type PlatformDefinition } from './platforms/definition.ts';
import { createReadiness } from './readiness.ts';
import { backUpDaily } from './store/backup.ts';
import { sweepDaily } from './store/retention.ts';
import { removeUnfinishedDaily } from './store/unfinished.ts';
import { warmUp } from './uploads/picture.ts';

/** How long a bot that fails to start may take to shut down what it has started. */
const ENDING_MS = 10_000;

/** How long the shutdown waits for a database that another program has locked. */
const WRITING_MS = 3000;

/**
 * Starts everything, and ends the process on SIGINT or SIGTERM; open requests then continue after the next start. Returns when
 * the bot is ready, or was told to end before that.
 *
 * @throws {ConfigError} when part of the configuration does not work
 */
export async function runBot(
	config: Config,
	platforms: readonly PlatformDefinition[],
	composition: Omit<Composition, 'role'> = {},
): Promise<void> {
	endOnSignals();
	// Its library is only loaded if somebody wants to know.
	const metrics = config.metrics && (await import('./metrics/metrics.ts')).createMetrics(config.metrics);
	const parts = await compose(config, { role: 'bot', metrics, ...composition });
	const { desk, runner, training, artists, store, log, close } = parts;
	const readiness = createReadiness(config.dataDir, log);
	const running = await createPlatforms(config, platforms, { desk, dataDir: config.dataDir, log });
	let stopListening = async () => {};
	const end = async () => {
		readiness.withdraw();
		desk.stop();
		// The last checkpoint takes a while, during which the platforms send their last messages.
		const trained = training.close();
		await Promise.allSettled(running.map(({ platform }) => platform.stop()));
		artists.close();
		await Promise.all([runner.close(), trained]);
		await Promise.all([stopListening(), metrics?.stop()]);
		await atMost(WRITING_MS, desk.written());
		close();
	};
	beforeTheEnd(end);
	// A malformed event may reject inside a client library, where we cannot catch it; one bad event must not end the bot.
	process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled promise rejection'));
	// Node's own report would show everything in the error, such as a request with its token.
	process.on('uncaughtException', (error) => {
		log.error({ error }, 'the bot is stopping because of an uncaught error');
		process.exit(1);
	});

	const start = async (platform: Platform) => tell(await platform.start());
	const tellUntilTheEnd = (sentence: string) => {
		if (!isEnding()) tell(sentence);
	};
	try {
		stopListening = await listen({ desk, runner, dataDir: config.dataDir, log });
		await metrics?.serve(log);
		for (const { platform, local } of running) if (local) await start(platform);
		const remotes = running.filter(({ local }) => !local).map(({ platform }) => platform);
		const starts = new Map(remotes.map((platform) => [platform.name, start(platform)]));
		const { told, able } = watchAvailability(desk, tellUntilTheEnd);
		desk.resume(
			running.map(({ platform }) => platform),
			// Open requests do not fail for lack of an inference process; they wait for one.
			async ({ name }) => Promise.all([starts.get(name), able]),
		);
		await Promise.all([told, ...starts.values()]);
		if (!isEnding()) readiness.announce();
	} catch (error) {
		// If the bot was told to end, the failure follows from that, and the process is about to end.
		if (isEnding()) return;
		// Requests that were already resumed are not harmed: they continue after the next start.
		await atMost(ENDING_MS, end());
		throw error;
	}
	if (isEnding()) return;
	warmUp().catch((error) => log.error({ error }, 'pictures that people send cannot be read'));
	warmUpLettering().catch((error) => log.error({ error }, 'nothing can be written in figures'));
	backUpDaily(config.dataDir, log);
	removeUnfinishedDaily(config.dataDir, '.env', log);
	sweepDaily(store, config.dataDir, config.retentionDays, log);
}

interface Running {
	readonly platform: Platform;
	readonly local: boolean;
}

/** Creates the platforms that are set up, local ones first. @throws {ConfigError} with the problems of all of them */
async function createPlatforms(
	config: Config,
	definitions: readonly PlatformDefinition[],
	deps: Parameters<PlatformDefinition['create']>[1],
): Promise<readonly Running[]> {
	const created: Running[] = [];
	const problems: string[] = [];
	for (const [definition, own] of configured(definitions, config)) {
		try {
			created.push({ platform: await definition.create(own, deps), local: definition.local === true });
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			problems.push(...error.problems);
		}
	}
	if (problems.length > 0) throw new ConfigError(problems);
	return [...created.filter(({ local }) => local), ...created.filter(({ local }) => !local)];
}
