/**
 * A picture from a prompt and noise. Source: Ho et al. 2020, algorithm 2, with the classifier-free guidance of
 * Ho & Salimans 2022; stage I of Saharia et al. 2022 (Imagen) and DeepFloyd IF.
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { planSampling } from '../diffusion/plan.ts';
import { consecutiveSeeds } from '../diffusion/seeds.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';
import { plain, startNoise } from './start-noise.ts';

export const textToImage: Pipeline<'generate'> = async (job, context) => {
	const { denoiser } = context;
	const plan = planSampling(job);
	const estimate = promptEstimate(denoiser, job.prompt, job);
	const notes = await promptNotes(denoiser, [job.prompt, job.negativePrompt]);

	const [colour] = job.recipe?.startColours ?? [];
	const likely = colour === undefined ? undefined : plain(denoiser, colour);
	const seeds = consecutiveSeeds(job.seed, job.count);
	const loops = seeds.map((seed) => {
		const source = new TorchGenerator(seed);
		const x = startNoise(denoiser, source, plan, likely); // [3, S, S]
		return { ...plan, schedule: denoiser.schedule, x, estimate, source };
	});
	const pictures = await sampleTogether(loops, context);
	return {
		images: pictures.map((pixels, i) => ({ pixels, seed: seeds[i] })),
		notes: [...notes, ...spacingNotes(job)],
	};
};
