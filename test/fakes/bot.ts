/**
 * The bot as src/main.ts starts it, but for its worker, which is test/fakes/worker.ts, and for the services: DISCORD_ORIGIN and
 * SLACK_ORIGIN say where fake ones are.
 */
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/base/config.ts';
import { runBot } from '../../src/bot.ts';
import { endOnSignals } from '../../src/ending.ts';
import { localConsole } from '../../src/platforms/console/index.ts';
import { discordAt } from '../../src/platforms/discord/index.ts';
import { slackAt } from '../../src/platforms/slack/index.ts';

const { DISCORD_ORIGIN: discord, SLACK_ORIGIN: slack } = process.env;

process.umask(0o077);
endOnSignals();
const platforms = [
	localConsole,
	discordAt(discord ? { api: `${discord}/api`, cdn: `${discord}/cdn`, mediaProxy: `${discord}/cdn` } : undefined),
	slackAt(slack && `${slack}/api/`),
];
await runBot(readConfig(platforms, process.env), platforms, {
	workerEntry: fileURLToPath(new URL('worker.ts', import.meta.url)),
});
