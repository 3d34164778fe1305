/**
 * Starts what runs the jobs, with an inference process on each device that the configuration asks for. Such a process takes a second
 * to load, so the bot starts it before it loads the rest of itself.
 */
import type { DeviceName } from '../gpu/jobs/index.ts';
import { placedIn } from '../gpu/queue/broker/placement.ts';
import { chooseDevice, describeChoice } from '../gpu/queue/choose-device.ts';
import type { Executor } from '../gpu/queue/executor.ts';
import { createMachineExecutor, type MachineExecutorOptions } from '../gpu/queue/machine-executor.ts';
import { createQueuedRunner } from '../gpu/queue/queued-runner.ts';
import type { JobRunner } from '../gpu/queue/runner.ts';
import type { LogLine } from '../gpu/queue/spawn.ts';
import type { TrainingHost } from '../gpu/queue/training-host.ts';
import type { Config } from './base/config.ts';
import type { Log } from './base/log.ts';
import { startRemoteExecutor } from './remote.ts';

export interface InferenceOptions {
	/** The command line relies on the bot's last test of a GPU. */
	readonly role: 'bot' | 'command line';
	readonly log: Log;
	/** Receives sentences that the operator must see. */
	readonly warn: (sentence: string) => void;
	/** Used instead of gpu/worker.ts. */
	readonly workerEntry?: NonNullable<MachineExecutorOptions['worker']>['entry'];
}

export interface Inference {
	readonly runner: JobRunner;
	/** What trains: the remote workers, or a device of this machine. */
	readonly trainsOn: TrainingHost | DeviceName;
}

/** @throws {ConfigError} when the broker in the configuration refuses this bot */
export async function startInference(config: Config, options: InferenceOptions): Promise<Inference> {
	// The queue is the bot's: without one, the command line computes on its own machine.
	const broker = options.role === 'bot' ? config.broker : undefined;
	const remote = broker && (await startRemoteExecutor(config, broker, options));
	const devices = remote ? [] : await findDevices(config, options);
	const executor = remote ?? startMachineExecutor(config, devices, options);
	const log: LogLine = (line, severity) => options.log[severity]({ from: 'queue' }, line);
	const runner = createQueuedRunner(executor, { jobTimeoutMs: config.jobTimeoutMs, log });
	return { runner, trainsOn: remote?.trainings ?? config.trainingDevice ?? devices[0] };
}

/** Runs jobs on this machine. */
export function startMachineExecutor(
	config: Config,
	devices: readonly DeviceName[],
	{ log, workerEntry }: Pick<InferenceOptions, 'log' | 'workerEntry'>,
): Executor {
	return createMachineExecutor({
		devices,
		threads: config.threads,
		concurrency: config.concurrency,
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
		// On a remote worker the ids of jobs are those of placements.
		log: (line, severity, about) =>
			log[severity]({ from: 'worker', ...about, ...(about?.request && { request: placedIn(about.request) }) }, line),
	});
}

/**
 * The devices in the configuration, or the best that there are. A bot tests GPUs at every start; the command line relies on the
 * last test.
 */
export async function findDevices(
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
