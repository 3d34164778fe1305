/** Entry of the bot. */
import { inspect } from 'node:util';
import { RunnerError } from '../gpu/queue/runner.ts';
import { runBot } from './bot.ts';
import { ConfigError, readConfig, secretsOf } from './config.ts';
import { createRedactor } from './redact.ts';
import { withTokenProblems } from './token-problems.ts';

async function main(): Promise<void> {
	await runBot(withTokenProblems(readConfig));
}

main().catch((error: unknown) => {
	const explained = error instanceof ConfigError || error instanceof RunnerError;
	console.error(createRedactor(secretsOf(process.env))(explained ? error.message : inspect(error)));
	process.exit(error instanceof ConfigError ? 2 : 1);
});
