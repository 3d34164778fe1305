/**
 * A picture from a picture: noise it part of the way, then denoise it under a prompt.
 * Source: Meng et al. 2022, "SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations".
 */
import { assertStart, planSampling } from '../diffusion/plan.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';
import { startFromPicture } from './start-from-picture.ts';

/** One picture per start, in the order of the job, then the original as the network saw it. */
export const sdedit: Pipeline<'edit'> = async (job, context) => {
	const { denoiser } = context;
	const plan = planSampling(job);
	for (const start of job.starts) assertStart(start, plan);
	const estimate = promptEstimate(denoiser, job.prompt, job.negativePrompt, job.guidanceScale);
	const [guide, ...notes] = await Promise.all([
		context.loadImage(job.image), // [3, S, S]
		promptNotes(denoiser, [job.prompt, job.negativePrompt]),
		pictureNotes(job.image, context),
	]);
	const loops = job.starts.map((start) => startFromPicture(guide, start, job.seed, plan, denoiser, estimate));
	const pictures = await sampleTogether(loops, context);
	const edits = pictures.map((pixels, i) => ({ pixels, seed: job.seed, t: plan.timesteps[job.starts[i]] }));
	return { images: [...edits, { pixels: guide, seed: job.seed, role: 'original' }], notes: notes.flat() };
};
