/** Entry of the bot: the console always, Discord when it has a token. */

import { modelsFor } from '../commands/models-for.ts';
import { RunnerError } from '../gpu/queue/runner.ts';
import type { Surface } from './chat/surface.ts';
import { compose } from './compose.ts';
import { ConfigError, readConfig } from './config.ts';

/** How long an orderly end may take before the process leaves anyway. */
const SHUTDOWN_MS = 10_000;

async function main(): Promise<void> {
	const config = readConfig();
	const { desk, runner, log } = compose(config);
	const { createConsole } = await import('./chat/console/console.ts');
	const surfaces: Surface[] = [createConsole({ desk, port: config.consolePort, log })];
	if (config.discord) {
		const { createDiscord } = await import('./chat/discord/discord.ts');
		surfaces.push(createDiscord({ desk, ...config.discord, log }));
	}

	let stopping = false;
	const stop = async () => {
		if (stopping) process.exit(1);
		stopping = true;
		setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
		await Promise.allSettled(surfaces.map((surface) => surface.stop()));
		await runner.close();
		process.exit(0);
	};
	// A malformed gateway event rejects inside discord.js, out of our reach; one bad event must not end the bot.
	process.on('unhandledRejection', (error) => log.error({ error }, 'a promise was rejected and nobody listened'));
	process.on('SIGINT', () => void stop());
	process.on('SIGTERM', () => void stop());

	const start = async (surface: Surface) => console.log(await surface.start());
	const ready = async () => {
		const [model] = modelsFor({}, await desk.models());
		console.log(`Ready with the model ${model?.name ?? '(none installed)'}. Stop with Ctrl+C.`);
	};
	const [local, ...remote] = surfaces;
	await start(local);
	await Promise.all([ready(), ...remote.map(start)]);
}

main().catch((error: unknown) => {
	const explained = error instanceof ConfigError || error instanceof RunnerError;
	console.error(explained ? error.message : error);
	process.exit(error instanceof ConfigError ? 2 : 1);
});
