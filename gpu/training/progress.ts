/** How a training goes, for people: losses, speed and the time that is left. */
import { UserError } from '../errors.ts';
import { Pace } from './pace.ts';
import type { LossPoint, RunStatus } from './runs.ts';

export interface ProgressEvent {
	readonly type: 'progress';
	/** Steps done and steps in all; the epoch of the last one, from 1 on. */
	readonly step: number;
	readonly steps: number;
	readonly epoch: number;
	/** The mean of the last losses. */
	readonly loss: number;
	/** Of the steps since the last event. After a restart some come again, with the same losses. */
	readonly points: readonly LossPoint[];
	/** Of late. */
	readonly secondsPerStep: number;
	/** Of the steps that are left, should it go on like that. */
	readonly etaSeconds: number;
}

/** Losses of so many steps are averaged for people. */
const SMOOTHED_STEPS = 20;

export class Progress {
	/** Of all steps so far. */
	readonly losses: number[];
	readonly #perEpoch: number;
	readonly #total: number;
	readonly #pace = new Pace();
	/** Steps that an event has told of. */
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

	/** The epoch of a step; of the last one if absent. Both from 1 on. */
	epochOf(step = this.step): number {
		return Math.ceil(step / this.#perEpoch);
	}

	/** Takes in a step. Throws a UserError when its loss is no number any more. */
	add(loss: number, seconds: number): void {
		if (!Number.isFinite(loss)) {
			const step = this.step + 1;
			throw new UserError(`The loss became NaN or infinite at step ${step}; start again with a smaller learning rate.`);
		}
		this.losses.push(loss);
		this.#pace.add(seconds);
	}

	/** What happened since the last event. */
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
