/** The two ways from noise to points: the same network's output means something different in each. */

import { pointAt } from '../../diffusion/flow/path.ts';
import { sampleFlow } from '../../diffusion/flow/sample.ts';
import type { NoiseSource } from '../../diffusion/noise.ts';
import { PLANE_SCHEDULE, planeTimesteps } from '../../diffusion/plane-schedule.ts';
import { type SampleState, sample } from '../../diffusion/sample.ts';
import { SAMPLERS } from '../../diffusion/samplers/index.ts';
import { addNoise, TRAINED_TIMESTEPS } from '../../diffusion/schedule.ts';
import type { ToyMethod } from '../../jobs/index.ts';
import { map, type Tensor } from '../../tensor/tensor.ts';

/** The network's output at points x [N, 2] and a time in 0..1: [N, 2]. */
export type AskPlane = (x: Tensor, time: number) => Promise<Tensor>;

export interface WalkOptions {
	readonly steps: number;
	/** Noise, [N, 2]. */
	readonly x: Tensor;
	readonly source: NoiseSource;
	readonly signal: AbortSignal;
}

interface PlaneMethod {
	/** Walks from noise to data. */
	walk(ask: AskPlane, options: WalkOptions): AsyncGenerator<SampleState, void, void>;
	/** Data with noise, in the ratio time : (1 − time); all [N, 2]. */
	noised(data: Tensor, time: number, noise: Tensor): Tensor;
	/** Where the network sends points x [N, 2] at that time: [N, 2]. */
	arrows(ask: AskPlane, x: Tensor, time: number): Promise<Tensor>;
}

export const PLANE_METHODS: Readonly<Record<ToyMethod, PlaneMethod>> = {
	/** Ho et al. 2020, algorithm 2. */
	ddpm: {
		walk: (ask, { steps, ...options }) =>
			sample({
				...{ sampler: SAMPLERS.ddpm, eta: 0, timesteps: planeTimesteps(steps), schedule: PLANE_SCHEDULE },
				estimate: async (x, t) => ({ noise: await ask(x, t / TRAINED_TIMESTEPS) }),
				...options,
			}),
		noised: (data, time, noise) => addNoise(PLANE_SCHEDULE, data, timestepAt(time), noise),
		/** The score, which points to likelier places, is −ε/√(1 − ᾱ_t) (Song et al. 2021); −ε is equally long at all times. */
		arrows: async (ask, x, time) => map(await ask(x, timestepAt(time) / TRAINED_TIMESTEPS), (noise) => -noise),
	},
	/** Lipman et al. 2022, by Euler's method. */
	flow: {
		walk: (ask, { steps, x, signal }) => sampleFlow({ sampler: 'euler', steps, x, estimate: ask, signal }),
		noised: (data, time, noise) => pointAt(noise, data, time),
		arrows: (ask, x, time) => ask(x, time),
	},
};

/** The timestep at which a diffusion has the noise-to-signal ratio of a flow at that time: σ/α = (1 − time)/time. */
function timestepAt(time: number): number {
	const alphaCumprod = 1 / (1 + ((1 - time) / time) ** 2);
	const later = PLANE_SCHEDULE.alphasCumprod.findIndex((value) => value < alphaCumprod);
	return later === -1 ? TRAINED_TIMESTEPS - 1 : later;
}
