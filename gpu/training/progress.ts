/** A training's progress, for people: losses, speed and the time left. */
import { UserError } from '../errors.ts';
import { Pace } from './pace.ts';
import type { LossPoint, RunStatus } from './runs.ts';

export interface ProgressEvent {
	readonly type: 'progress';
	/** Steps done and steps in total; the epoch of the last step, counted from 1. */
	readonly step: number;
	readonly steps: number;
	readonly epoch: number;
	/** The mean of the most recent losses. */
	readonly loss: number;
	/** Losses since the last event. After a restart some are repeated, with the same values. */
	readonly points: readonly LossPoint[];
	/** The recent pace. */
	readonly secondsPerStep: number;
	/** Seconds for the remaining steps at that pace. */
	readonly etaSeconds: number;
}

/** How many losses are averaged for people. */
const SMOOTHED_STEPS = 20;

export class Progress {
	/** The losses of all steps so far. */
	readonly losses: number[];
	readonly #perEpoch: number;
	readonly #total: number;
	readonly #pace = new Pace();
	/** Steps that events have reported. */
	#told: number;

	constructor({ losses, perEpoch, total }: { losses: readonly number[]; perEpoch: number; total: number }) {
		this.losses = [...losses];
		this.#perEpoch = perEpoch;
		this.#total = total;
		this.#told = losses.length;
	}

	/** Steps done. */
	get step(): number {
		return this.losses.length;
	}

	/** Whether the last step was the last of its epoch, or of the training. */
	get endsEpoch(): boolean {
		return this.step % this.#perEpoch === 0 || this.step === this.#total;
	}

	/** The epoch of a step, by default the last one; both are counted from 1. */
	epochOf(step = this.step): number {
		return Math.ceil(step / this.#perEpoch);
	}

	/** Records a step. Throws a UserError if its loss is NaN or infinite. */
	add(loss: number, seconds: number): void {
		if (!Number.isFinite(loss)) {
			const step = this.step + 1;
			throw new UserError(`The loss became NaN or infinite at step ${step}; start again with a smaller learning rate.`);
		}
		this.losses.push(loss);
		this.#pace.add(seconds);
	}

	/** An event with what happened since the last one. */
	event(): ProgressEvent {
		const points = this.points(this.#told);
		this.#told = this.step;
		const secondsPerStep = this.#pace.secondsPerStep ?? Number.NaN;
		return {
			type: 'progress',
			step: this.step,
			steps: this.#total,
			epoch: this.epochOf(),
			loss: this.#loss,
			points,
			secondsPerStep,
			etaSeconds: secondsPerStep * (this.#total - this.step),
		};
	}

	status(state: RunStatus['state']): RunStatus {
		const { secondsPerStep, freeSecondsPerStep } = this.#pace;
		return {
			state,
			step: this.step,
			...(this.step > 0 && { loss: this.#loss }),
			...(secondsPerStep !== undefined && { secondsPerStep }),
			...(freeSecondsPerStep !== undefined && { freeSecondsPerStep }),
		};
	}

	/** The losses after the first `from` steps. */
	points(from = 0): LossPoint[] {
		return this.losses.slice(from).map((loss, i) => {
			const step = from + i + 1;
			return { step, epoch: this.epochOf(step), loss };
		});
	}

	get #loss(): number {
		return mean(this.losses.slice(-SMOOTHED_STEPS));
	}
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
