/** The bot as src/main.ts starts it, but for its worker, which is test/fakes/worker.ts. */
import { fileURLToPath } from 'node:url';
import { runBot } from '../../src/bot.ts';
import { readConfig } from '../../src/config.ts';

await runBot(readConfig(process.env), { workerEntry: fileURLToPath(new URL('worker.ts', import.meta.url)) });
