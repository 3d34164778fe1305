/**
 * Runs a training from wherever its folder says it is to its end.
 *
 * If it is killed at any moment, it loses at most what came after its last checkpoint, and resumes from there with the same
 * losses: batches depend only on the seed and the step, and a checkpoint holds everything else.
 */
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { Device } from '../device.ts';
import { stepsOfTraining, stepsPerEpoch, type TrainingPlan, UserError } from '../jobs/index.ts';
import { batchesOf, type Task } from './batches.ts';
import { createCheckpointWriter } from './checkpoint-writer.ts';
import { every } from './every.ts';
import { learningRateAt } from './learning-rate.ts';
import type { Digits } from './mnist.ts';
import { networkOf } from './networks.ts';
import { Progress, type ProgressEvent } from './progress.ts';
import { openTrainer } from './trainer.ts';
import type { Warning } from './warning.ts';

/** A person's plan, or the judge's. */
export type TaskPlan = Omit<TrainingPlan, 'model'> & { readonly model: Task };

export interface TrainOptions {
	/** The run's folder. */
	readonly folder: string;
	readonly plan: TaskPlan;
	readonly digits: Digits;
	readonly device: Device;
	/** Seconds that a crash may cost; absent: three minutes. A checkpoint with D = 64, 24 MB, takes a fraction of a step. */
	readonly checkpointSeconds?: number;
	/**
	 * Once aborted, the training saves what it has and ends within a step, or as many as the device runs together. With the
	 * reason PAUSE it still counts as running, and resumes when the bot is back.
	 */
	readonly signal: AbortSignal;
	onEvent(event: TrainEvent): void;
}

/** The abort reason when a training ends although nobody stopped it. */
export const PAUSE = 'pause';

export type TrainEvent =
	| ProgressEvent
	/** The weights after this epoch can be sampled from. */
	| { readonly type: 'checkpoint'; readonly epoch: number }
	| Warning;

/** Short enough, as chats show a new state every two or three seconds at most. */
const PROGRESS_INTERVAL_MS = 500;

/** The losses of the course's 9,360 steps take 0.2 MB, which is rewritten each time. */
const STATUS_INTERVAL_MS = 5_000;

/** The pause between attempts to save a finished training on a full disk. */
const RETRY_MS = 10_000;

/**
 * Trains to the end, or until the signal. Throws a UserError if the loss becomes NaN or infinite, or if the disk accepts
 * nothing to the end; also throws what openTrainer throws.
 */
export async function train(options: TrainOptions): Promise<'done' | 'stopped'> {
	const { folder, plan, digits, device, checkpointSeconds = 180, signal, onEvent } = options;
	const { definition, loss } = networkOf(plan.model, plan.hidden);
	const writer = createCheckpointWriter(folder, definition, onEvent);
	const from = await writer.newest();
	const { batchSize, ema, seed } = plan;
	const start = from ? { state: from.state } : { seed };
	const trainer = await openTrainer(definition, { batchSize, device, start, loss, ema });
	try {
		const total = stepsOfTraining(plan, digits.count);
		const perEpoch = stepsPerEpoch(plan, digits.count);
		const progress = new Progress({ losses: from?.losses ?? [], perEpoch, total });
		const batchAt = batchesOf(digits, { task: plan.model, input: plan.input, batchSize, seed });
		const keepCheckpoint = async () => writer.keepCheckpoint({ state: await trainer.state(), losses: progress.losses });
		const tellingIsDue = every(PROGRESS_INTERVAL_MS);
		const statusIsDue = every(STATUS_INTERVAL_MS);
		const checkpointIsDue = every(1000 * checkpointSeconds);

		await writer.keepStatus(progress.status('running'), progress.points());
		while (progress.step < total && !signal.aborted) {
			const began = performance.now();
			const first = progress.step;
			const count = Math.min(trainer.together, perEpoch - (first % perEpoch), total - first);
			const steps = Array.from({ length: count }, (_, i) => first + i);
			const rates = steps.map((step) => learningRateAt(step, plan, digits.count));
			const losses = await trainer.steps(steps.map(batchAt), rates);
			const seconds = (performance.now() - began) / 1000 / count;
			for (const batchLoss of losses) progress.add(batchLoss, seconds);

			if (tellingIsDue() || progress.step === total) onEvent(progress.event());
			if (progress.endsEpoch) await writer.keepEpoch(progress.epochOf(), await trainer.state());
			if (progress.endsEpoch || checkpointIsDue()) await keepCheckpoint();
			if (statusIsDue()) await writer.keepStatus(progress.status('running'), progress.points());
			await breathe(); // a step blocks this thread, so messages only arrive now
		}

		const ended = progress.step === total ? 'done' : 'stopped';
		const state = ended === 'stopped' && signal.reason === PAUSE ? 'running' : ended;
		const keepAll = async () =>
			(await keepCheckpoint()) &&
			(await writer.keepLateEpochs()) &&
			(await writer.keepStatus(progress.status(state), progress.points()));
		while (!(await keepAll())) {
			if (signal.aborted) {
				if (signal.reason === PAUSE) break; // it resumes from what was saved, when the bot is back
				throw new UserError(
					`Nothing more can be written to disk, so this training stopped at its last checkpoint in ${folder}; make room there, then resume it.`,
				);
			}
			await sleep(RETRY_MS, undefined, { signal }).catch(() => {}); // aborted: one last attempt
		}
		return ended;
	} finally {
		await trainer.close();
	}
}
