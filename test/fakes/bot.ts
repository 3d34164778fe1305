/** The bot as src/main.ts starts it, but for its worker, which is test/fakes/worker.ts. */
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/base/config.ts';
import { runBot } from '../../src/bot.ts';

await runBot(readConfig(process.env), { workerEntry: fileURLToPath(new URL('worker.ts', import.meta.url)) });
