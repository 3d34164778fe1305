/** Entry of the bot. */
import { inspect } from 'node:util';
import { RunnerError } from '../gpu/queue/runner.ts';
import { ConfigError, readConfig, secretsOf, withTokenProblems } from './base/config.ts';
import { printable } from './base/printable.ts';
import { createRedactor } from './base/redact.ts';
import { runBot } from './bot.ts';
import { platforms } from './platforms/index.ts';

async function main(): Promise<void> {
	await runBot(
		withTokenProblems(platforms, () => readConfig(platforms)),
		platforms,
	);
}

main().catch((error: unknown) => {
	const explained = error instanceof ConfigError || error instanceof RunnerError;
	console.error(
		printable(createRedactor(secretsOf(platforms, process.env))(explained ? error.message : inspect(error))),
	);
	process.exit(error instanceof ConfigError ? 2 : 1);
});
