/** The bot with a worker whose jobs take a fixed time and no processor, so that nothing but the bot itself is measured. */
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/base/config.ts';
import { createLog, warningTo } from '../../src/base/log.ts';
import { startInference } from '../../src/inference.ts';
import { platforms } from '../../src/platforms/index.ts';

const workerEntry = fileURLToPath(new URL('./fixed-cost.ts', import.meta.url));
const config = readConfig(platforms);
const log = createLog(config);
const inference = startInference(config, { role: 'bot', log, warn: warningTo(log), workerEntry });
const { runBot } = await import('../../src/bot.ts');
await runBot(config, platforms, { log, inference });
