/** Forecasts what a training will take, before it starts. */
import { stepsOfTraining, type TrainingPlan, UserError } from '../jobs/index.ts';
import { expectedTrainingBytes } from '../training/memory.ts';
import { networkOf } from '../training/networks.ts';
import type { RunSummary } from '../training/runs.ts';

export interface TrainingForecast {
	readonly steps: number;
	/** Seconds on a machine that does nothing else. */
	readonly seconds: number;
	/** Seconds if the machine stays as busy as it is; at least `seconds`. */
	readonly secondsNow: number;
	/** Whether the time is based on a training of about this size on this machine; otherwise it is for two ordinary cores. */
	readonly measured: boolean;
	/** The most memory that the training process will use. */
	readonly bytes: number;
}

/** Digits per second with D = 64 on two cores (155 on an AMD EPYC with AVX-512, bench/RESULTS.md; others are slower). */
const DIGITS_PER_SECOND = 120;
const USUAL_HIDDEN = 64;

/**
 * The share of a digit's time with D = 64 that grows with D²: the arithmetic of the convolutions. The rest grows with D.
 * According to the same page a digit takes 0.17 of that time with D = 16, and 3.0 of it with D = 128.
 */
const SQUARE_SHARE = 0.43;

/** Fewer steps than this are not trusted: a training's first steps are slower, and a few say little. */
const SETTLED_STEPS = 20;

/** The rule holds between networks whose widths differ by at most this factor; small ones spend their time on other things. */
const ALIKE = 2;

/**
 * @param past trainings on this machine, the latest first
 * @param share the share of the machine that it would get now, above 0 and at most 1
 */
export function forecastTraining(plan: TrainingPlan, past: readonly RunSummary[], share: number): TrainingForecast {
	const steps = stepsOfTraining(plan);
	const known = past
		.filter(({ status }) => status.secondsPerStep !== undefined && status.step >= SETTLED_STEPS)
		.filter((run) => distance(run.plan, plan) <= ALIKE)
		.sort((a, b) => distance(a.plan, plan) - distance(b.plan, plan))
		.at(0);
	const perSecond = known
		? arithmeticOf(known.plan) / (known.status.freeSecondsPerStep ?? known.status.secondsPerStep!)
		: DIGITS_PER_SECOND;
	const seconds = (steps * arithmeticOf(plan)) / perSecond;
	return {
		steps,
		seconds,
		secondsNow: seconds / share,
		measured: known !== undefined,
		bytes: bytesOf(plan),
	};
}

/** Throws a UserError if the plan's batch does not fit into `available` bytes. */
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

/** The arithmetic of a step, in units of one digit with D = 64. */
function arithmeticOf({ hidden, batchSize }: TrainingPlan): number {
	const width = hidden / USUAL_HIDDEN;
	return batchSize * (SQUARE_SHARE * width ** 2 + (1 - SQUARE_SHARE) * width);
}

/** The ratio of two networks' widths, at least 1. */
const distance = (a: TrainingPlan, b: TrainingPlan) => Math.max(a.hidden / b.hidden, b.hidden / a.hidden);

const bytesOf = ({ model, hidden, batchSize }: TrainingPlan) =>
	expectedTrainingBytes(networkOf(model, hidden).definition, batchSize);

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
