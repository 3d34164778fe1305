/** Puts the parts of a bot together. The only place that knows all of them; main.ts and cli.ts add the surfaces. */
import { commands } from '../commands/index.ts';
import { blobDirectory, createBlobStore } from '../gpu/queue/blobs.ts';
import { createLocalRunner } from '../gpu/queue/local.ts';
import { createResultStore, resultDirectory } from '../gpu/queue/results.ts';
import type { Config } from './config.ts';
import { Desk } from './desk.ts';
import type { Log } from './failures.ts';
import { createLog } from './log.ts';
import { RequestStore } from './store.ts';

/** @param log where things are told; absent: stderr, from the configured level up */
export function compose(config: Config, log: Log = createLog(config.logLevel)) {
	const blobs = createBlobStore(blobDirectory(config.dataDir));
	const results = createResultStore(resultDirectory(config.dataDir), blobs);
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
		log: (line, severity) => log[severity]({ from: 'worker' }, line),
	});
	const desk = new Desk({ commands, runner, blobs, results, store: new RequestStore(), log });
	return { desk, runner, log };
}
