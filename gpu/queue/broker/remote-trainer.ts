/** The worker's side of trainings: runs one in a child of its own, and sends the bot whatever that says and writes. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { DeviceName } from '../../device.ts';
import { isFullDisk, type TrainingPlan, UserError } from '../../jobs/index.ts';
import { createRun, runFolder } from '../../training/runs.ts';
import type { BlobStore } from '../blobs.ts';
import { deviceEnvironment } from '../device-environment.ts';
import { createLocalTrainingHost } from '../local-training-host.ts';
import type { LogLine } from '../spawn.ts';
import {
	CLOSE_GRACE_MS,
	type ProcessEnd,
	type TrainingHost,
	type TrainingListener,
	type TrainingProcess,
} from '../training-host.ts';
import type { FromTrainingProcess, ToTrainingProcess } from '../training-protocol.ts';
import { failureOf, fullDiskOf } from './failure.ts';
import type { Keys } from './keys.ts';
import { Outbox } from './outbox.ts';
import { misfit } from './reading.ts';
import { scratchFolder } from './scratch.ts';
import { receiveFile } from './training-cargo.ts';
import { type TrainingAssignment, trainingAssignment } from './training-messages.ts';

/** Where and how a worker trains. */
export interface TrainerSettings {
	readonly device: DeviceName;
	/** That device is for trainings. */
	readonly isReserved: boolean;
	/** Threads on the CPU; 0: one per core. */
	readonly threads: number;
	/** Added to the training process's environment. */
	readonly env?: Readonly<Record<string, string>>;
}

export interface RemoteTrainerOptions {
	readonly settings: TrainerSettings;
	/** This machine's name, and its data directory. */
	readonly machine: string;
	readonly dataDir: string;
	readonly redis: Redis;
	readonly keys: Pick<Keys, 'bot' | 'training'>;
	readonly between: BlobStore;
	readonly log: LogLine;
	/** Called when there is something for the bot to take in. */
	readonly onNews: (placement: string) => void;
	readonly complain: (error: unknown) => void;
}

/** How often a worker looks whether there is a bot, in milliseconds. After the second time in vain the training ends. */
const LOOK_MS = 10_000;

export class RemoteTrainer {
	readonly #options: RemoteTrainerOptions;
	readonly #running = new Map<string, TrainingProcess>();

	constructor(options: RemoteTrainerOptions) {
		this.#options = options;
	}

	/**
	 * Trains until the process ends, and resolves once the bot can know of everything that it did.
	 *
	 * @param signal ends it soon; only the next bot may want to know of it
	 */
	async run(placement: string, data: unknown, signal: AbortSignal): Promise<ProcessEnd> {
		const { dataDir, machine, log } = this.#options;
		const { data: assignment, error } = trainingAssignment.safeParse(data);
		if (!assignment) {
			log(`a training was refused: ${misfit(error)}`, 'warn');
			return { how: 'refused', words: `The worker ${machine} does not understand this training.` };
		}
		const scratch = join(scratchFolder(dataDir), randomUUID());
		try {
			return await this.#train(placement, assignment, scratch, signal);
		} catch (error) {
			log(`a training could not be run: ${error instanceof Error ? error.stack : error}`, 'warn');
			const end = failureOf(placement, error);
			return { how: 'failed', ...('message' in end && { words: end.message }) };
		} finally {
			await rm(scratch, { recursive: true, force: true });
		}
	}

	/** Passes on what the bot says to a training. */
	tell(placement: string, message: ToTrainingProcess): void {
		this.#running.get(placement)?.tell(message);
	}

	/** Lets all processes save what they have, and end. */
	pause(): void {
		for (const process of this.#running.values()) process.tell({ type: 'pause' });
	}

	async #train(
		placement: string,
		assignment: TrainingAssignment,
		scratch: string,
		signal: AbortSignal,
	): Promise<ProcessEnd> {
		const { dataDir, settings, between, log, redis, keys, onNews, complain } = this.#options;
		const { device, threads } = settings;
		const { run: id, plan } = assignment;
		const env = { ...deviceEnvironment(device, dataDir), ...settings.env };
		const host = createLocalTrainingHost({ dataDir: scratch, device, threads, env, log });
		const refusal = (await this.#unpack(assignment, scratch)) ?? untrainable(host, plan);
		const folder = runFolder(scratch, id);
		const stream = keys.training(placement);
		const late = after(signal, CLOSE_GRACE_MS);
		const onSent = () => onNews(placement);
		const outbox = await Outbox.open({ folder, stream, redis, between, signal: late, onSent, complain });
		if (refusal !== undefined) {
			await outbox.send({ type: 'failed', message: refusal, fault: 'user' });
			await outbox.close();
			return { how: 'refused' };
		}
		const hear = (message: FromTrainingProcess) => void outbox.send(message);
		const start = (ended: TrainingListener['ended']) => host.start({ id, plan }, { hear, ended });
		const end = signal.aborted ? { how: 'not begun' } : await this.#follow(placement, start, signal, late);
		await outbox.close();
		return end;
	}

	/** Writes down all that the process needs. @returns why there is no room for it, in one sentence; undefined if there is */
	async #unpack({ run: id, plan, files }: TrainingAssignment, scratch: string): Promise<string | undefined> {
		const { machine, between } = this.#options;
		try {
			await createRun(scratch, { id, plan, who: '', started: new Date().toISOString() });
			for (const cargo of files) await receiveFile(runFolder(scratch, id), cargo, between);
			return undefined;
		} catch (error) {
			if (!isFullDisk(error)) throw error;
			return fullDiskOf(machine);
		}
	}

	/** Runs the child to its end, as long as there is a bot to see it. */
	async #follow(
		placement: string,
		start: (ended: TrainingListener['ended']) => TrainingProcess,
		signal: AbortSignal,
		late: AbortSignal,
	): Promise<ProcessEnd> {
		const { redis, keys } = this.#options;
		let [looks, isAlone] = [0, false];
		let timer: NodeJS.Timeout | undefined;
		try {
			const end = await new Promise<ProcessEnd>((resolve) => {
				const child = start(resolve);
				this.#running.set(placement, child);
				signal.addEventListener('abort', () => child.tell({ type: 'pause' }));
				late.addEventListener('abort', () => child.kill());
				timer = setInterval(async () => {
					const isThere = await redis.exists(keys.bot).catch(() => true);
					looks = isThere ? 0 : looks + 1;
					isAlone ||= looks === 2;
					if (isAlone) child.tell({ type: 'pause' });
				}, LOOK_MS);
			});
			return { ...end, isGivenBack: isAlone };
		} finally {
			clearInterval(timer);
			this.#running.delete(placement);
		}
	}
}

/** Why a plan cannot work there, in one sentence; undefined if it can. */
function untrainable(host: TrainingHost, plan: TrainingPlan): string | undefined {
	try {
		host.assertTrainable(plan);
		return undefined;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return error.message;
	}
}

/** A signal that is aborted that long after another one. */
function after(signal: AbortSignal, ms: number): AbortSignal {
	const late = new AbortController();
	signal.addEventListener('abort', () => setTimeout(() => late.abort(), ms).unref());
	return late.signal;
}
