/** A bot's executor and remote workers on a real broker, with test/fakes/worker.ts as their inference process. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceName } from '../../../../gpu/jobs/index.ts';
import type { BlobStore } from '../../../../gpu/queue/blobs.ts';
import {
	type BrokerExecutor,
	type BrokerExecutorOptions,
	createBrokerExecutor,
} from '../../../../gpu/queue/broker/broker-executor.ts';
import { type RemoteWorker, startRemoteWorker } from '../../../../gpu/queue/broker/remote-worker.ts';
import type { Executor } from '../../../../gpu/queue/executor.ts';
import { blobDirectory, createLocalBlobStore } from '../../../../gpu/queue/local-blobs.ts';
import { createLocalExecutor } from '../../../../gpu/queue/local-executor.ts';
import { buildOf } from '../../../../src/base/build.ts';

/** What bots and workers of this program say that they are. */
export const BUILD = buildOf();

export const FAKE_WORKER = fileURLToPath(new URL('../../../fakes/worker.ts', import.meta.url));

/** Checkpoints after every step, at a priority at which it does not wait for all other tests. */
export const TRAINING_ENV = { CHECKPOINT_SECONDS: '0.001', TRAINING_NICE: '1' };

export interface Ends {
	readonly url: string;
	readonly queue: string;
	/** Each end has a folder of its own in it. */
	readonly folder: string;
}

export const uniqueQueue = () => `test-${randomUUID().slice(0, 8)}`;

export const storeIn = (dataDir: string) => createLocalBlobStore(blobDirectory(dataDir));

export function startWorker(
	{ url, queue, folder }: Ends,
	{
		machine = 'gpu1',
		version = BUILD,
		slots = 2,
		env,
		trainingDevice,
		checkpointSeconds,
		blobs,
		log = () => {},
	}: WorkerSetup = {},
): RemoteWorker {
	const dataDir = join(folder, machine);
	mkdirSync(dataDir, { recursive: true });
	const executor = createLocalExecutor({ concurrency: slots, dataDir, worker: { entry: FAKE_WORKER, env } });
	const trainingEnv = { ...TRAINING_ENV, ...(checkpointSeconds && { CHECKPOINT_SECONDS: String(checkpointSeconds) }) };
	const device = trainingDevice ?? 'cpu';
	const training = { device, isReserved: trainingDevice !== undefined, threads: 1, env: trainingEnv };
	return startRemoteWorker({
		...{ url, queue, machine, version, executor, training, dataDir, log },
		blobs: blobs ?? storeIn(dataDir),
	});
}

export interface WorkerSetup {
	readonly machine?: string;
	readonly version?: string;
	readonly slots?: number;
	readonly trainingDevice?: DeviceName;
	readonly checkpointSeconds?: number;
	/** Default: those in its data directory */
	readonly blobs?: BlobStore;
	/** For the inference process. */
	readonly env?: Readonly<Record<string, string>>;
	readonly log?: (line: string) => void;
}

export function startExecutor(
	{ url, queue, folder }: Ends,
	options: Partial<BrokerExecutorOptions> = {},
): BrokerExecutor {
	const dataDir = join(folder, 'bot');
	const usual = { bot: 'bot', version: BUILD, slots: 2, log: () => {} };
	return createBrokerExecutor({ url, queue, dataDir, blobs: storeIn(dataDir), ...usual, ...options });
}

/** An executor with one worker of its own, which ends with it. */
export function executorWithWorker(ends: Ends, slots: number): Executor {
	const worker = startWorker(ends, { slots });
	const executor = startExecutor(ends, { slots });
	return Object.assign(Object.create(executor) as Executor, {
		close: async () => {
			await executor.close();
			await worker.close();
		},
	});
}
