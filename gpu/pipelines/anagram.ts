/**
 * One picture that reads differently through each of several views.
 * Source: Geng, Park & Owens 2024, "Visual Anagrams: Generating Multi-View Optical Illusions with Diffusion Models".
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { spacingNotes, timestepsFor } from '../diffusion/timesteps.ts';
import { meanEstimate, throughView } from '../views/estimates.ts';
import { VIEWS, viewReadings } from '../views/index.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';

export const anagram: Pipeline<'anagram'> = async (job, context) => {
	const { denoiser } = context;
	const [, size] = denoiser.shape;
	const estimates = viewReadings(job).map(({ prompt, view }) => {
		const estimate = promptEstimate(denoiser, prompt, job.negativePrompt, job.guidanceScale);
		return view ? throughView(VIEWS[view].create(size), estimate) : estimate;
	});
	const notes = await promptNotes(denoiser, [...job.prompts, job.negativePrompt]);

	const timesteps = timestepsFor(job);
	const source = new TorchGenerator(job.seed);
	const x = source.randn(denoiser.shape); // [3, S, S]
	const loop = {
		schedule: denoiser.schedule,
		timesteps,
		sampler: job.sampler,
		x,
		estimate: meanEstimate(estimates),
		source,
	};
	const [pixels] = await sampleTogether([loop], context);
	return { images: [{ pixels, seed: job.seed }], notes: [...notes, ...spacingNotes(timesteps)] };
};
