/** Entry of the bot. */
import { RunnerError } from '../gpu/queue/runner.ts';
import { runBot } from './bot.ts';
import { ConfigError, readConfig } from './config.ts';

async function main(): Promise<void> {
	await runBot(readConfig());
}

main().catch((error: unknown) => {
	const explained = error instanceof ConfigError || error instanceof RunnerError;
	console.error(explained ? error.message : error);
	process.exit(error instanceof ConfigError ? 2 : 1);
});
