/** Reads the configuration and starts the bot; says in a sentence why it cannot. */
import { inspect } from 'node:util';
import { RunnerError } from '../gpu/queue/runner.ts';
import { ConfigError, readConfig, secretsOf, withTokenProblems } from './base/config.ts';
import { printable } from './base/printable.ts';
import { createRedactor } from './base/redact.ts';
import { runBot } from './bot.ts';
import { platforms } from './platforms/index.ts';

/** Ends the process when the bot does not start. */
export async function start(): Promise<void> {
	// The first stack that is looked at has Node read the map of the sources, a tenth of a second: now, when nobody waits.
	void new Error().stack;
	try {
		await runBot(
			withTokenProblems(platforms, () => readConfig(platforms)),
			platforms,
		);
	} catch (error) {
		// That one is for whoever began: there may be no more files to read for what follows.
		if (/^E[MN]FILE$/.test(String((error as { code?: unknown }).code))) throw error;
		const explained = error instanceof ConfigError || error instanceof RunnerError;
		const text = explained ? error.message : inspect(error);
		console.error(printable(createRedactor(secretsOf(platforms, process.env))(text)));
		process.exit(error instanceof ConfigError ? 2 : 1);
	}
}
