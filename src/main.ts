/** Entry of the bot. */
import { inspect } from 'node:util';
import { RunnerError } from '../gpu/queue/runner.ts';
import { ConfigError, readConfig, secretsOf } from './base/config.ts';
import { createRedactor } from './base/redact.ts';
import { withTokenProblems } from './base/token-problems.ts';
import { runBot } from './bot.ts';

async function main(): Promise<void> {
	await runBot(withTokenProblems(readConfig));
}

main().catch((error: unknown) => {
	const explained = error instanceof ConfigError || error instanceof RunnerError;
	console.error(createRedactor(secretsOf(process.env))(explained ? error.message : inspect(error)));
	process.exit(error instanceof ConfigError ? 2 : 1);
});
