/**
 * A picture from a prompt and noise. Source: Ho et al. 2020, algorithm 2, with the classifier-free guidance of
 * Ho & Salimans 2022; stage I of Saharia et al. 2022 (Imagen) and DeepFloyd IF.
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { consecutiveSeeds } from '../diffusion/seeds.ts';
import { spacingNotes, timestepsFor } from '../diffusion/timesteps.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';

export const textToImage: Pipeline<'generate'> = async (job, context) => {
	const { denoiser } = context;
	const timesteps = timestepsFor(job);
	const estimate = promptEstimate(denoiser, job.prompt, job.negativePrompt, job.guidanceScale);
	const notes = await promptNotes(denoiser, [job.prompt, job.negativePrompt]);

	const seeds = consecutiveSeeds(job.seed, job.count);
	const loops = seeds.map((seed) => {
		const source = new TorchGenerator(seed);
		const x = source.randn(denoiser.shape); // [3, S, S]
		return { schedule: denoiser.schedule, timesteps, sampler: job.sampler, x, estimate, source };
	});
	const pictures = await sampleTogether(loops, context);
	return {
		images: pictures.map((pixels, i) => ({ pixels, seed: seeds[i] })),
		notes: [...notes, ...spacingNotes(timesteps)],
	};
};
