/**
 * A schedule's noise levels, as solvers of its differential equation measure them.
 * Source: Lu et al. 2022, "DPM-Solver", section 3 (λ); Karras et al. 2022, table 1 (σ/α).
 */
import { alphaCumprodAt, type Schedule } from './schedule.ts';

export interface Level {
	/** The timestep at which the network runs; −1: the clean picture, where it does not. */
	readonly t: number;
	/** x_t = α x0 + σ noise, with α² + σ² = 1. */
	readonly alpha: number;
	readonly sigma: number;
	/** λ = log(α/σ), half the log signal-to-noise ratio; it rises towards the clean picture, where it is infinite. */
	readonly lambda: number;
	/** σ/α, the noise of x_t/α = x0 + (σ/α) noise; 0 at the clean picture. */
	readonly ratio: number;
}

export function levelAt(schedule: Schedule, t: number): Level {
	const alphaCumprod = alphaCumprodAt(schedule, t);
	const [alpha, sigma] = [Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod)];
	return { t, alpha, sigma, lambda: Math.log(alpha / sigma), ratio: sigma / alpha };
}

/**
 * The level of t, or the noisiest one that `lambdaMinClipped` allows if t is beyond it. The last betas of the squared-cosine
 * schedule remove nearly all of the remaining signal, so a second-order step from there is far too long and the pictures
 * blow up (huggingface/diffusers #3280, #3314). Pure noise is pure noise at either level.
 */
export function clippedLevelAt(schedule: Schedule, t: number): Level {
	const level = levelAt(schedule, t);
	const { lambdaMinClipped = Number.NEGATIVE_INFINITY } = schedule;
	return level.lambda < lambdaMinClipped ? clippedLevelAt(schedule, t - 1) : level;
}
