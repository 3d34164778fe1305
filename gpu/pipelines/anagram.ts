/**
 * One picture that reads differently through each of several views.
 * Source: Geng, Park & Owens 2024, "Visual Anagrams: Generating Multi-View Optical Illusions with Diffusion Models".
 */
import type { EstimateNoise } from '../diffusion/estimate.ts';
import { TorchGenerator } from '../diffusion/noise.ts';
import { spacingNotes, timestepsFor } from '../diffusion/timesteps.ts';
import { UserError } from '../errors.ts';
import { mean } from '../tensor/tensor.ts';
import { parseView, VIEWS } from '../views/index.ts';
import type { View } from '../views/view.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';

export const anagram: Pipeline<'anagram'> = async (job, context) => {
	const { denoiser } = context;
	const [upright, ...seenThrough] = job.prompts;
	if (seenThrough.length !== job.views.length) {
		const needed = seenThrough.length === 1 ? 'one view' : `${seenThrough.length} views`;
		throw new UserError(
			`${job.prompts.length} prompts need ${needed} (the first prompt is upright), not ${job.views.length}.`,
		);
	}
	const [, size] = denoiser.shape;
	const views = job.views.map((name) => VIEWS[parseView(name)].create(size));
	const under = (prompt: string) => promptEstimate(denoiser, prompt, job.negativePrompt, job.guidanceScale);
	const readings = [under(upright), ...views.map((view, i) => throughView(view, under(seenThrough[i])))];
	const notes = await promptNotes(denoiser, [...job.prompts, job.negativePrompt]);

	const timesteps = timestepsFor(job);
	const source = new TorchGenerator(job.seed);
	const x = source.randn(denoiser.shape); // [3, S, S]
	const loop = {
		schedule: denoiser.schedule,
		timesteps,
		sampler: job.sampler,
		x,
		estimate: meanEstimate(readings),
		source,
	};
	const [pixels] = await sampleTogether([loop], context);
	return { images: [{ pixels, seed: job.seed }], notes: [...notes, ...spacingNotes(timesteps)] };
};

/** The noise in x as it is estimated by looking at x through `view`, brought back upright. */
function throughView(view: View, estimate: EstimateNoise): EstimateNoise {
	return async (x, t) => {
		const { noise, variance } = await estimate(view.apply(x), t);
		return { noise: view.invertNoise(noise), variance: variance && view.invertVariance(variance) };
	};
}

/** The mean of several estimates, all asked at once. */
function meanEstimate(estimates: readonly EstimateNoise[]): EstimateNoise {
	return async (x, t) => {
		const all = await Promise.all(estimates.map((estimate) => estimate(x, t)));
		const variances = all.flatMap(({ variance }) => variance ?? []);
		return {
			noise: mean(all.map(({ noise }) => noise)), // [C, S, S]
			variance: variances.length === all.length ? mean(variances) : undefined,
		};
	};
}
