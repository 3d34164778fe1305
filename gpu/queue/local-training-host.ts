/** Trainings on this machine, each in a child process. */
import { fileURLToPath } from 'node:url';
import { type DeviceName, deviceNamed } from '../device.ts';
import { freeMemory } from '../free-memory.ts';
import { assertRightOn } from '../models/digits/providers.ts';
import { networkOf } from '../training/networks.ts';
import { deviceEnvironment } from './device-environment.ts';
import { type LogLine, lastWords, spawnProcess } from './spawn.ts';
import { assertFits } from './training-forecast.ts';
import type { TrainingHost } from './training-host.ts';
import type { FromTrainingProcess } from './training-protocol.ts';
import { presentLoad, trainingShare } from './training-share.ts';

export interface LocalTrainingHostOptions {
	/** Runs are kept in its folder `mnist`. */
	readonly dataDir: string;
	/** Default: cpu. */
	readonly device?: DeviceName;
	/** Threads on the CPU; 0: one per core, the default. */
	readonly threads?: number;
	/** The process's entry (default: gpu/training-process.ts), and additions to the bot's environment. */
	readonly entry?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly log?: LogLine;
}

export function createLocalTrainingHost(options: LocalTrainingHostOptions): TrainingHost {
	const { dataDir, device = 'cpu', threads = 0, log = () => {} } = options;
	const entry = options.entry ?? fileURLToPath(new URL('../training-process.ts', import.meta.url));
	const env = {
		DATA_DIR: dataDir,
		...deviceEnvironment(device, dataDir),
		THREADS: String(threads),
		...options.env,
	};
	return {
		assertTrainable(plan) {
			assertRightOn(deviceNamed(device).provider, networkOf(plan.model, plan.hidden).definition);
			assertFits(plan, freeMemory());
		},

		hasTrained: ({ where }) => where === undefined,

		// A GPU has no priorities, and the processor's other work hardly matters to it.
		share: async () => (device === 'cpu' ? trainingShare(await presentLoad()) : 1),

		start({ id }, { hear, ended }) {
			const { child, lines } = spawnProcess({ entry, args: [id], env }, log);
			log(`the training process of ${id} started (pid ${child.pid})`, 'info');
			child.on('message', (message) => hear(message as FromTrainingProcess));
			child.on('error', (error) => lines.push(error.message));
			child.on('close', (code, signal) => ended({ how: signal ?? `exit status ${code}`, words: lastWords(lines) }));
			return {
				tell: (message) =>
					void child.send(message, (error) => {
						if (error) log(`could not reach the training process: ${error.message}`, 'warn');
					}),
				kill: () => void child.kill('SIGKILL'),
			};
		},
	};
}
