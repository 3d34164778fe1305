/** Puts the parts of a bot together. The only place that knows all of them; main.ts and cli.ts add the surfaces. */
import { commands } from '../commands/index.ts';
import { blobDirectory, createBlobStore } from '../gpu/queue/blobs.ts';
import { createLocalRunner } from '../gpu/queue/local.ts';
import type { Config } from './config.ts';
import { Desk } from './desk.ts';
import { createLog } from './log.ts';
import { RequestStore } from './store.ts';

export function compose(config: Config) {
	const log = createLog(config.logLevel);
	const blobs = createBlobStore(blobDirectory(config.dataDir));
	const runner = createLocalRunner({
		concurrency: config.concurrency,
		jobTimeoutMs: config.jobTimeoutMs,
		dataDir: config.dataDir,
		worker: {
			env: {
				DEVICES: config.provider,
				THREADS: String(config.threads),
				...(config.modelDir && { MODEL_DIR: config.modelDir }),
			},
		},
		log: (line) => log.info({ from: 'worker' }, line),
	});
	const desk = new Desk({ commands, runner, blobs, store: new RequestStore(), log });
	return { desk, runner, log };
}
