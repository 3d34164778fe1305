/**
 * A picture from a picture: noise it part of the way, then denoise it with a prompt.
 * Source: Meng et al. 2022, "SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations".
 */
import { assertStart, planSampling } from '../diffusion/plan.ts';
import { consecutiveSeeds } from '../diffusion/seeds.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';
import { startFromPicture } from './start-from-picture.ts';

/** Returns, for each start in the order of the job, a picture per seed; then the original as the network saw it. */
export const sdedit: Pipeline<'edit'> = async (job, context) => {
	const { denoiser } = context;
	const plan = planSampling(job);
	for (const start of job.starts) assertStart(start, plan);
	const estimate = promptEstimate(denoiser, job.prompt, job);
	const [guide, ...notes] = await Promise.all([
		context.loadImage(job.image, { fit: job.fit }), // [3, S, S]
		promptNotes(denoiser, [job.prompt, job.negativePrompt]),
		pictureNotes(job.image, context),
	]);
	const seeds = consecutiveSeeds(job.seed, job.count ?? 1);
	const entries = job.starts.flatMap((start) => seeds.map((seed) => ({ start, seed })));
	const loops = entries.map(({ start, seed }) => startFromPicture(guide, start, seed, plan, denoiser, estimate));
	const pictures = await sampleTogether(loops, context);
	const edits = entries.map(({ start, seed }, i) => ({ pixels: pictures[i], seed, t: plan.timesteps[start] }));
	return { images: [...edits, { pixels: guide, seed: job.seed, role: 'original' }], notes: notes.flat() };
};
