/** Makes a stage I picture four times as large: stage II of DeepFloyd IF. See upscale/loop.ts. */
import { planSampling } from '../diffusion/plan.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';
import { upscalingLoop } from './upscale/loop.ts';
import { ENLARGEMENT } from './upscale/low-resolution.ts';

export const upscale: Pipeline<'upscale'> = async (job, context) => {
	const { denoiser } = context;
	const [, size] = denoiser.shape;
	const plan = planSampling(job);
	const [small, ...notes] = await Promise.all([
		context.loadImage(job.image, { width: size / ENLARGEMENT, fit: job.fit }), // [3, S/4, S/4]
		promptNotes(denoiser, [...job.prompts, job.negativePrompt]),
		pictureNotes(job.image, context),
	]);
	const [pixels] = await sampleTogether([upscalingLoop(small, { ...job, plan }, denoiser)], context);
	return { images: [{ pixels, seed: job.seed }], notes: [...notes.flat(), ...spacingNotes(job)] };
};
