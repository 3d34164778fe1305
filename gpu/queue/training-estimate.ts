/** What a training will take, before it starts. */
import { stepsOfTraining, type TrainingPlan, UserError } from '../jobs.ts';
import type { RunSummary } from '../training/runs.ts';

export interface TrainingEstimate {
	readonly steps: number;
	readonly seconds: number;
	/** Whether the time follows from a training on this machine; otherwise it is that of two ordinary cores. */
	readonly measured: boolean;
	/** Most memory that the training process will hold. */
	readonly bytes: number;
}

/** Digits per second at D 64 on two cores; the arithmetic of the convolutions goes with D². */
const DIGITS_PER_SECOND = 70;
const USUAL_HIDDEN = 64;

/** The first steps of a training are slower, and few tell little. */
const SETTLED_STEPS = 20;

/** The process without a network, MNIST included. */
const BASE_BYTES = 200e6;

/** Per digit of the batch and channel of D: what the backward pass keeps. D 64 with batches of 128 peaked at 1.35 GB. */
const BYTES_PER_ACTIVATION = 145e3;

/** Per D²: 487 parameters of 4 bytes, in eight copies (two sets of weights and moments, gradients, a checkpoint). */
const BYTES_PER_WEIGHT = 487 * 4 * 8;

/** @param past trainings on this machine, the latest first */
export function estimateTraining(plan: TrainingPlan, past: readonly RunSummary[]): TrainingEstimate {
	const steps = stepsOfTraining(plan);
	const known = past.find(({ status }) => status.secondsPerStep !== undefined && status.step >= SETTLED_STEPS);
	const workPerSecond = known
		? workOf(known.plan) / known.status.secondsPerStep!
		: DIGITS_PER_SECOND * USUAL_HIDDEN ** 2;
	return {
		steps,
		seconds: (steps * workOf(plan)) / workPerSecond,
		measured: known !== undefined,
		bytes: bytesOf(plan),
	};
}

/** Throws a UserError when a batch of the plan does not fit into `available` bytes. */
export function assertFits(plan: TrainingPlan, available: number): void {
	const bytes = bytesOf(plan);
	if (bytes <= available) return;
	const { hidden, batchSize } = plan;
	const room = Math.floor((available - bytesOf({ hidden, batchSize: 0 })) / (BYTES_PER_ACTIVATION * hidden));
	const remedy = room >= 1 ? `a batch of ${room} fits` : 'a smaller hidden size may fit';
	throw new UserError(
		`A batch of ${batchSize} at hidden size ${hidden} needs about ${gigabytes(bytes)} of memory, and ${gigabytes(available)} are free; ${remedy}.`,
	);
}

type Size = Pick<TrainingPlan, 'hidden' | 'batchSize'>;

/** Arithmetic of a step, in units of one digit at D 1. */
const workOf = ({ hidden, batchSize }: Size) => batchSize * hidden ** 2;

const bytesOf = ({ hidden, batchSize }: Size) =>
	BASE_BYTES + BYTES_PER_ACTIVATION * batchSize * hidden + BYTES_PER_WEIGHT * hidden ** 2;

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
