/** The bot, on every platform that is set up. */
import { watchAvailability } from './availability.ts';
import { type Config, ConfigError } from './base/config.ts';
import { atMost } from './chat/at-most.ts';
import type { Platform } from './chat/platform.ts';
import { type Composition, compose } from './compose.ts';
import { listen } from './local-socket/listen.ts';
import { configured, type PlatformDefinition } from './platforms/definition.ts';
import { backUpDaily } from './store/backup.ts';
import { sweepDaily } from './store/retention.ts';
import { warmUp } from './uploads/picture.ts';

/** How long an orderly end may take before the process leaves anyway. */
const SHUTDOWN_MS = 10_000;

/**
 * Starts everything, and ends the process upon SIGINT and SIGTERM: what is open then goes on after the next start.
 *
 * @throws {ConfigError} when something of the configuration does not work
 */
export async function runBot(
	config: Config,
	platforms: readonly PlatformDefinition[],
	composition: Omit<Composition, 'role'> = {},
): Promise<void> {
	const { desk, runner, training, store, log, close } = compose(config, { role: 'bot', ...composition });
	const [locals, remotes]: [Platform[], Platform[]] = [[], []];
	const problems: string[] = [];
	for (const [definition, own] of configured(platforms, config)) {
		try {
			(definition.local ? locals : remotes).push(await definition.create(own, { desk, dataDir: config.dataDir, log }));
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			problems.push(...error.problems);
		}
	}
	if (problems.length > 0) throw new ConfigError(problems);
	const running = [...locals, ...remotes];

	const stopListening = await listen({ desk, runner, dataDir: config.dataDir, log });
	let stopping = false;
	const end = async () => {
		stopping = true;
		desk.stop();
		await Promise.allSettled(running.map((platform) => platform.stop()));
		await Promise.all([runner.close(), training.close()]);
		await stopListening();
		close();
	};
	const stop = async () => {
		if (stopping) process.exit(1);
		setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
		await end();
		process.exit(0);
	};
	// A malformed event may reject inside a client's library, out of our reach; one bad event must not end the bot.
	process.on('unhandledRejection', (error) => log.error({ error }, 'a promise was rejected and nobody listened'));
	// Printed by Node it would show what the error carries, such as a request with its token.
	process.on('uncaughtException', (error) => {
		log.error({ error }, 'the bot ends: an error was thrown that nobody caught');
		process.exit(1);
	});
	process.on('SIGINT', () => void stop());
	process.on('SIGTERM', () => void stop());

	const start = async (platform: Platform) => console.log(await platform.start());
	for (const platform of locals) await start(platform);
	const starts = new Map(remotes.map((platform) => [platform.name, start(platform)]));
	const { told, able } = watchAvailability(desk, (sentence) => console.log(sentence));
	// What was open is not failed for the want of an inference process: it waits for one.
	desk.resume(running, async ({ name }) => Promise.all([starts.get(name), able]));
	try {
		await Promise.all([told, ...starts.values()]);
	} catch (error) {
		// What was taken up already is none the worse for it: it goes on after the next start.
		if (!stopping) await atMost(SHUTDOWN_MS, end());
		throw error;
	}
	warmUp().catch((error) => log.error({ error }, 'pictures that people send cannot be read'));
	backUpDaily(config.dataDir, log);
	sweepDaily(store, config.dataDir, config.retentionDays, log);
}
