/** Puts the parts of a bot together. The only file that knows all of them; bot.ts adds the platforms. */
// Draws the figures: loaded at the start, so that the first figure does not hold the bot up.
import 'sharp';
import { commands } from '../commands/index.ts';
import type { Provider } from '../gpu/jobs/index.ts';
import { chooseDevice, describeChoice } from '../gpu/queue/choose-device.ts';
import { blobDirectory, createLocalBlobStore } from '../gpu/queue/local-blobs.ts';
import { createLocalResultStore, resultDirectory } from '../gpu/queue/local-results.ts';
import { createLocalRunner, type LocalRunnerOptions } from '../gpu/queue/local-runner.ts';
import { createLocalTrainingRunner } from '../gpu/queue/local-training-runner.ts';
import type { Config } from './base/config.ts';
import type { Log } from './base/log.ts';
import { createLog } from './base/log.ts';
import { Desk } from './desk/desk.ts';
import { Artists } from './drawing/artists.ts';
import { openStorePatiently } from './store/open.ts';
import { RequestStore } from './store/requests.ts';

export interface Composition {
	/** A data directory has one bot; the command line may run alongside it. */
	readonly role: 'bot' | 'command line';
	/** Default: stderr, from the configured level up */
	readonly log?: Log;
	/** Receives sentences that the operator must see. Default: the log */
	readonly warn?: (sentence: string) => void;
	/** Used instead of gpu/worker.ts. */
	readonly workerEntry?: NonNullable<LocalRunnerOptions['worker']>['entry'];
}

/** @throws {ConfigError} when the data directory cannot be used */
export async function compose(config: Config, { role, log = createLog(config), workerEntry, ...rest }: Composition) {
	const { warn = (sentence: string) => log.warn({}, sentence) } = rest;
	const isBot = role === 'bot';
	const [{ database, close }, provider] = await Promise.all([
		openStorePatiently(config.dataDir, isBot, warn),
		findProvider(config, isBot, log, warn),
	]);
	const store = new RequestStore(database);
	const blobs = createLocalBlobStore(blobDirectory(config.dataDir));
	const results = createLocalResultStore(resultDirectory(config.dataDir), blobs);
	const { limits, concurrency } = config;
	const runner = createLocalRunner({
		concurrency,
		jobTimeoutMs: config.jobTimeoutMs,
		dataDir: config.dataDir,
		worker: {
			entry: workerEntry,
			env: {
				DEVICES: provider,
				THREADS: String(config.threads),
				MODEL_MEMORY: config.modelMemory,
				WATERMARK: config.watermark ? 'on' : 'off',
				...(config.modelDir && { MODEL_DIR: config.modelDir }),
				...(config.textEncoder && { TEXT_ENCODER: config.textEncoder }),
				...(config.promptEmbeddings && { PROMPT_EMBEDDINGS: config.promptEmbeddings }),
			},
		},
		log: (line, severity) => log[severity]({ from: 'worker' }, line),
	});
	const training = createLocalTrainingRunner({
		dataDir: config.dataDir,
		device: provider,
		threads: config.threads,
		log: (line, severity) => log[severity]({ from: 'trainer' }, line),
	});
	training.onEvent((event) => {
		if (event.type === 'warning') warn(event.message);
	});
	const artists = new Artists();
	const desk = new Desk({ commands, runner, training, artists, blobs, results, store, log, limits, concurrency });
	return { desk, runner, training, artists, store, log, close };
}

/**
 * The device in the configuration, or the best that there is. A bot tests GPUs at every start; the command line relies on the
 * last test.
 */
async function findProvider(
	{ device, dataDir, threads }: Config,
	isBot: boolean,
	log: Log,
	warn: (sentence: string) => void,
): Promise<Provider> {
	if (device !== 'auto') return device;
	const choice = await chooseDevice({
		dataDir,
		threads,
		afresh: isBot,
		log: (line, severity) => log[severity]({ from: 'self-test' }, line),
	});
	const sentence = `The networks run on ${describeChoice(choice)}.`;
	const fellBack = choice.provider === 'cpu' && choice.considered.length > 0;
	if (fellBack && isBot) warn(sentence);
	else log.info({}, sentence);
	return choice.provider;
}
