/**
 * One picture that reads differently through each of several views.
 * Source: Geng, Park & Owens 2024, "Visual Anagrams: Generating Multi-View Optical Illusions with Diffusion Models".
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { planSampling } from '../diffusion/plan.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import { mean, type Tensor } from '../tensor/tensor.ts';
import { meanEstimate, throughView } from '../views/estimates.ts';
import { VIEWS, viewReadings } from '../views/index.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { plain, startNoise } from './start-noise.ts';
import { sampleTries } from './tries.ts';

export const anagram: Pipeline<'anagram'> = async (job, context) => {
	const { denoiser } = context;
	const [, size] = denoiser.shape;
	const readings = viewReadings(job).map(({ prompt, view }) => ({ prompt, view: view && VIEWS[view].create(size) }));
	const estimates = readings.map(({ prompt, view }) => {
		const estimate = promptEstimate(denoiser, prompt, job);
		return view ? throughView(view, estimate) : estimate;
	});
	const notes = await promptNotes(denoiser, [...job.prompts, job.negativePrompt]);

	const plan = planSampling(job);
	const likely = job.recipe?.startColours?.map((colour, i) => {
		const picture = plain(denoiser, colour); // [3, S, S]
		return readings[i].view?.invertNoise(picture) ?? picture;
	});
	const estimate = meanEstimate(estimates);
	const loopFrom = (seed: number) => {
		const source = new TorchGenerator(seed);
		const x = startNoise(denoiser, source, plan, likely && mean(likely)); // [3, S, S]
		return { ...plan, schedule: denoiser.schedule, x, estimate, source };
	};
	const sought = readings.map(({ prompt, view }) => ({ prompt, look: (x: Tensor) => view?.apply(x) ?? x }));
	const images = await sampleTries(job, sought, loopFrom, context);
	return { images, notes: [...notes, ...spacingNotes(job)] };
};
