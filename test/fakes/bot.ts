/** The bot as src/main.ts starts it, but for its worker, which is test/fakes/worker.ts. */
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/base/config.ts';
import { runBot } from '../../src/bot.ts';
import { endOnSignals } from '../../src/ending.ts';
import { platforms } from '../../src/platforms/index.ts';

process.umask(0o077);
endOnSignals();
await runBot(readConfig(platforms, process.env), platforms, {
	workerEntry: fileURLToPath(new URL('worker.ts', import.meta.url)),
});
