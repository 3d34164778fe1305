/** What a training will take, before it starts. */
import { stepsOfTraining, type TrainingPlan, UserError } from '../jobs/index.ts';
import { expectedTrainingBytes } from '../training/memory.ts';
import { networkOf } from '../training/networks.ts';
import type { RunSummary } from '../training/runs.ts';

export interface TrainingForecast {
	readonly steps: number;
	readonly seconds: number;
	/** Whether the time follows from a training of about this size on this machine; otherwise it is that of two ordinary cores. */
	readonly measured: boolean;
	/** Most memory that the training process will hold. */
	readonly bytes: number;
}

/**
 * Digits per second at D 64 on two cores (155 on those of an AMD EPYC with AVX-512, bench/RESULTS.md; others have less); the
 * arithmetic of the convolutions goes with D².
 */
const DIGITS_PER_SECOND = 120;
const USUAL_HIDDEN = 64;

/** The first steps of a training are slower, and few tell little. */
const SETTLED_STEPS = 20;

/** The rule of D² holds among networks this much wider or narrower: small ones take their time with other things. */
const ALIKE = 2;

/** @param past trainings on this machine, the latest first */
export function forecastTraining(plan: TrainingPlan, past: readonly RunSummary[]): TrainingForecast {
	const steps = stepsOfTraining(plan);
	const known = past
		.filter(({ status }) => status.secondsPerStep !== undefined && status.step >= SETTLED_STEPS)
		.filter((run) => distance(run.plan, plan) <= ALIKE)
		.sort((a, b) => distance(a.plan, plan) - distance(b.plan, plan))
		.at(0);
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
	let fitting = Math.floor(batchSize / 2);
	while (fitting >= 1 && bytesOf({ ...plan, batchSize: fitting }) > available) fitting = Math.floor(fitting / 2);
	const remedy = fitting >= 1 ? `a batch of ${fitting} fits` : 'a smaller hidden size may fit';
	throw new UserError(
		`A batch of ${batchSize} at hidden size ${hidden} needs about ${gigabytes(bytes)} of memory, and ${gigabytes(available)} are free; ${remedy}.`,
	);
}

/** Arithmetic of a step, in units of one digit at D 1. */
const workOf = ({ hidden, batchSize }: TrainingPlan) => batchSize * hidden ** 2;

/** How many times as wide the wider of two networks is, at least 1. */
const distance = (a: TrainingPlan, b: TrainingPlan) => Math.max(a.hidden / b.hidden, b.hidden / a.hidden);

const bytesOf = ({ model, hidden, batchSize }: TrainingPlan) =>
	expectedTrainingBytes(networkOf(model, hidden).definition, batchSize);

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
