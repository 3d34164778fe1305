/**
 * Starts what runs the jobs, with an inference process on each device that the configuration asks for. Such a process takes a second
 * to load, so the bot starts it before it loads the rest of itself.
 */
import type { DeviceName } from '../gpu/jobs/index.ts';
import { chooseDevice, describeChoice } from '../gpu/queue/choose-device.ts';
import { createLocalRunner, type LocalRunnerOptions } from '../gpu/queue/local-runner.ts';
import type { JobRunner } from '../gpu/queue/runner.ts';
import type { Config } from './base/config.ts';
import type { Log } from './base/log.ts';

export interface InferenceOptions {
	/** The command line relies on the bot's last test of a GPU. */
	readonly role: 'bot' | 'command line';
	readonly log: Log;
	/** Receives sentences that the operator must see. */
	readonly warn: (sentence: string) => void;
	/** Used instead of gpu/worker.ts. */
	readonly workerEntry?: NonNullable<LocalRunnerOptions['worker']>['entry'];
}

export interface Inference {
	readonly runner: JobRunner;
	/** Where the networks run, at least one. */
	readonly devices: readonly DeviceName[];
}

export async function startInference(config: Config, options: InferenceOptions): Promise<Inference> {
	const { log, workerEntry } = options;
	const devices = await findDevices(config, options);
	const runner = createLocalRunner({
		devices,
		threads: config.threads,
		concurrency: config.concurrency,
		jobTimeoutMs: config.jobTimeoutMs,
		dataDir: config.dataDir,
		worker: {
			entry: workerEntry,
			env: {
				MODEL_MEMORY: config.modelMemory,
				WATERMARK: config.watermark ? 'on' : 'off',
				...(config.modelDir && { MODEL_DIR: config.modelDir }),
				...(config.textEncoder && { TEXT_ENCODER: config.textEncoder }),
				...(config.promptEmbeddings && { PROMPT_EMBEDDINGS: config.promptEmbeddings }),
			},
		},
		log: (line, severity, about) => log[severity]({ from: 'worker', ...about }, line),
	});
	return { runner, devices };
}

/**
 * The devices in the configuration, or the best that there are. A bot tests GPUs at every start; the command line relies on the
 * last test.
 */
async function findDevices(
	{ devices, dataDir, threads }: Config,
	{ role, log, warn }: InferenceOptions,
): Promise<readonly DeviceName[]> {
	if (devices !== 'auto') return devices;
	const choice = await chooseDevice({
		dataDir,
		threads,
		afresh: role === 'bot',
		log: (line, severity) => log[severity]({ from: 'self-test' }, line),
	});
	const sentence = `The networks run on ${describeChoice(choice)}.`;
	const fellBack = choice.devices[0] === 'cpu' && choice.considered.length > 0;
	// People are told once; what is remembered they have read before.
	if (fellBack && !choice.remembered) warn(sentence);
	else log.info({}, sentence);
	return choice.devices;
}
