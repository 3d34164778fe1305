/**
 * The posterior q(x_previous | x_t, x0), which each DDPM step draws from; its variance may be learned.
 * Source: Ho et al. 2020, eq. 7 and 15; Nichol & Dhariwal 2021, eq. 15, in the form of diffusers' DDPMScheduler.
 */
import { assertSameShape, combine, type Tensor } from '../tensor/tensor.ts';
import { alphaCumprodAt, type Schedule } from './schedule.ts';
import type { Transition } from './transitions.ts';

/** Keeps the logarithm of the variance finite: the variance is 0 in the step to −1. */
const MIN_VARIANCE = 1e-20;

/**
 * The share of signal (α) and of fresh noise (β) between two timesteps, which need not be neighbours.
 * In fp32 as in diffusers: 1 − α cancels for close timesteps, and notebooks have that rounding too.
 */
function stepSizes(schedule: Schedule, { t, previous }: Transition) {
	const alphaCumprod = alphaCumprodAt(schedule, t);
	const alphaCumprodPrevious = alphaCumprodAt(schedule, previous);
	const alpha = Math.fround(alphaCumprod / alphaCumprodPrevious);
	return { alphaCumprod, alphaCumprodPrevious, alpha, beta: Math.fround(1 - alpha) };
}

/** The mean of q(x_previous | x_t, x0). */
export function posteriorMean(schedule: Schedule, transition: Transition, x: Tensor, x0: Tensor): Tensor {
	const { alphaCumprod, alphaCumprodPrevious, alpha, beta } = stepSizes(schedule, transition);
	return combine(
		(Math.sqrt(alphaCumprodPrevious) * beta) / (1 - alphaCumprod),
		x0,
		(Math.sqrt(alpha) * (1 - alphaCumprodPrevious)) / (1 - alphaCumprod),
		x,
	);
}

/** The variance of q(x_previous | x_t, x0); 0 in the step to −1. */
export function posteriorVariance(schedule: Schedule, transition: Transition): number {
	const { alphaCumprod, alphaCumprodPrevious, beta } = stepSizes(schedule, transition);
	return ((1 - alphaCumprodPrevious) / (1 - alphaCumprod)) * beta;
}

/**
 * Adds noise ~ N(0, 1) scaled to the predicted variance, interpolated in the logarithm between the posterior's (v = −1)
 * and β (v = 1). Without a learned variance it is the posterior's.
 */
export function addVariance(
	schedule: Schedule,
	transition: Transition,
	mean: Tensor,
	variance: Tensor | undefined,
	noise: Tensor,
): Tensor {
	const minLog = Math.log(Math.max(posteriorVariance(schedule, transition), MIN_VARIANCE));
	if (!variance) return combine(1, mean, Math.exp(0.5 * minLog), noise);

	assertSameShape(mean, variance, 'addVariance');
	assertSameShape(mean, noise, 'addVariance');
	const maxLog = Math.log(stepSizes(schedule, transition).beta);
	// log σ = log √β̃ + (v + 1)/2 · (log √β − log √β̃), as middle + slope · v.
	const middle = (maxLog + minLog) / 4;
	const slope = (maxLog - minLog) / 4;
	const data = new Float32Array(mean.data.length);
	for (let i = 0; i < data.length; i++) {
		data[i] = mean.data[i] + Math.exp(middle + slope * variance.data[i]) * noise.data[i];
	}
	return { data, shape: mean.shape };
}
