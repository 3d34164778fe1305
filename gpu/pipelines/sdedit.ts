/**
 * A picture from a picture: noise it part of the way, then denoise it under a prompt.
 * Source: Meng et al. 2022, "SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations".
 */
import { TorchGenerator } from '../diffusion/noise.ts';
import { countSteps } from '../diffusion/sample.ts';
import { addNoise } from '../diffusion/schedule.ts';
import { timestepsFor } from '../diffusion/timesteps.ts';
import { UserError } from '../errors.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';

export const sdedit: Pipeline<'edit'> = async (job, context) => {
	const { denoiser } = context;
	const timesteps = timestepsFor(job);
	const lastStart = countSteps(job.sampler, timesteps) - 1;
	for (const start of job.starts) {
		if (start > lastStart)
			throw new UserError(`The start ${start} is too late: with these steps it can be 0 to ${lastStart}.`);
	}
	const estimate = promptEstimate(denoiser, job.prompt, job.negativePrompt, job.guidanceScale);
	const [guide, notes] = await Promise.all([
		context.loadImage(job.image), // [3, S, S]
		promptNotes(denoiser, [job.prompt, job.negativePrompt]),
	]);

	// Every start draws the same noise, so that a sweep shows what the start does and one start alone gives its picture.
	const loops = job.starts.map((start) => {
		const source = new TorchGenerator(job.seed);
		const x = addNoise(denoiser.schedule, guide, timesteps[start], source.randn(denoiser.shape)); // [3, S, S]
		return {
			schedule: denoiser.schedule,
			timesteps: timesteps.slice(start),
			sampler: job.sampler,
			x,
			estimate,
			source,
		};
	});
	const pictures = await sampleTogether(loops, context);
	return { images: pictures.map((pixels) => ({ pixels, seed: job.seed })), notes };
};
