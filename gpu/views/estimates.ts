/** Combines estimates for several readings of a picture, of noise or of a flow's velocity, into the one that a sampler uses. */
import type { Estimate, EstimateNoise } from '../diffusion/estimate.ts';
import type { EstimateVelocity } from '../diffusion/flow/path.ts';
import { mean, sum } from '../tensor/tensor.ts';
import type { Component } from './decompositions/component.ts';
import type { View } from './view.ts';

/** The noise in x, estimated by looking at x through `view` and mapped back upright. */
export function throughView(view: View, estimate: EstimateNoise): EstimateNoise {
	return async (x, t) => {
		const { noise, variance } = await estimate(view.apply(x), t);
		return { noise: view.invertNoise(noise), variance: variance && view.invertVariance(variance) };
	};
}

/**
 * The mean of several estimates, all requested at once.
 * Source: Geng, Park & Owens 2024, "Visual Anagrams: Generating Multi-View Optical Illusions with Diffusion Models".
 */
export function meanEstimate(estimates: readonly EstimateNoise[]): EstimateNoise {
	return async (x, t) => {
		const all = await Promise.all(estimates.map((estimate) => estimate(x, t)));
		return { noise: mean(all.map(({ noise }) => noise)), variance: meanVariance(all) };
	};
}

/** The velocity at x, estimated by looking at x through `view`: a view is linear, so velocities turn as pictures and noise do. */
export function velocityThroughView(view: View, velocity: EstimateVelocity): EstimateVelocity {
	return async (x, t) => view.invertNoise(await velocity(view.apply(x), t));
}

/** The mean of several velocities, all requested at once. */
export function meanVelocity(velocities: readonly EstimateVelocity[]): EstimateVelocity {
	return async (x, t) => mean(await Promise.all(velocities.map((velocity) => velocity(x, t))));
}

/**
 * Σ f_i(ε_i): component i of estimate i, summed; all estimates are requested at once.
 * Source: Geng, Park & Owens 2024, "Factorized Diffusion: Perceptual Illusions by Noise Decomposition".
 *
 * @param estimates one per component, at least one of them defined. Where one is undefined, because a picture stands for its
 * component, that component is taken from the mean of the others.
 */
export function composedEstimate(
	components: readonly Component[],
	estimates: readonly (EstimateNoise | undefined)[],
): EstimateNoise {
	return async (x, t) => {
		const all = await Promise.all(estimates.map((estimate) => estimate?.(x, t)));
		const given = all.filter((estimate) => estimate !== undefined);
		const othersMean = () => mean(given.map(({ noise }) => noise)); // [C, S, S]
		return {
			noise: sum(components.map((component, i) => component(all[i]?.noise ?? othersMean()))),
			variance: meanVariance(given),
		};
	};
}

/** The mean of the learned variances: their coefficients stay with their pixels, however the noise is combined. */
function meanVariance(estimates: readonly Estimate[]): Estimate['variance'] {
	const variances = estimates.flatMap(({ variance }) => variance ?? []);
	return variances.length === estimates.length ? mean(variances) : undefined;
}
