/** Reads the configuration and starts the bot, or says in one sentence why it cannot. */
import { inspect } from 'node:util';
import { RunnerError } from '../gpu/queue/runner.ts';
import { ConfigError, readConfig, secretsOf, withTokenProblems } from './base/config.ts';
import { createLog, warningTo } from './base/log.ts';
import { printable } from './base/printable.ts';
import { createRedactor } from './base/redact.ts';
import { startInference } from './inference.ts';
import { platforms } from './platforms/index.ts';

/** Ends the process when the bot does not start. */
export async function start(): Promise<void> {
	try {
		const config = withTokenProblems(platforms, () => readConfig(platforms));
		const log = createLog(config);
		// Remote workers must not be taken from a bot that already runs here, which shows when the data directory is opened.
		const inference = config.broker ? undefined : startInference(config, { role: 'bot', log, warn: warningTo(log) });
		inference?.catch(() => {}); // runBot reports it
		const { runBot } = await import('./bot.ts');
		await runBot(config, platforms, { log, inference });
		// The first stack trace loads the source map, which takes a tenth of a second. Do it before anybody waits.
		void new Error().stack;
	} catch (error) {
		// main.ts handles that one: with no more files to open, what follows may fail too.
		if (/^E[MN]FILE$/.test(String((error as { code?: unknown }).code))) throw error;
		const explained = error instanceof ConfigError || error instanceof RunnerError;
		const text = explained ? error.message : inspect(error);
		console.error(printable(createRedactor(secretsOf(platforms, process.env))(text)));
		process.exit(error instanceof ConfigError ? 2 : 1);
	}
}
