/**
 * Parts of a picture made anew under a prompt, to fit the parts that stay. Source: section 3.2 of Lugmayr et al. 2022,
 * "RePaint: Inpainting using Denoising Diffusion Probabilistic Models", of which the course's rule is the version without
 * resampling; the rule `clean` is diffusers' for DeepFloyd IF.
 */

import { TorchGenerator } from '../diffusion/noise.ts';
import { planSampling } from '../diffusion/plan.ts';
import { consecutiveSeeds } from '../diffusion/seeds.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import { UserError } from '../errors.ts';
import { resamplingOf } from '../jobs/index.ts';
import { asPicture } from '../tensor/grey.ts';
import { blend } from '../tensor/mask.ts';
import { feather } from './inpaint/feather.ts';
import { readMask } from './inpaint/mask.ts';
import { RULES } from './inpaint/rules.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';

/** One picture per seed, then the original as the network saw it, and the mask (white = made anew). */
export const inpaint: Pipeline<'inpaint'> = async (job, context) => {
	const { denoiser } = context;
	const { schedule } = denoiser;
	if (job.feather > 0 && job.area.by === 'transparency') {
		throw new UserError(
			'feather blends with what lies under the mask, and under a transparent part there is nothing; use it with a mask or a region.',
		);
	}
	const plan = planSampling(job);
	const resampling = resamplingOf(job);
	const estimate = promptEstimate(denoiser, job.prompt, job.negativePrompt, job.guidanceScale);
	const [original, { mask, notes: maskNotes }, ...notes] = await Promise.all([
		context.loadImage(job.image), // [3, S, S]
		readMask(job, context), // [1, S, S]
		promptNotes(denoiser, [job.prompt, job.negativePrompt]),
		job.area.by === 'transparency' ? [] : pictureNotes(job.image, context),
	]);

	const seeds = consecutiveSeeds(job.seed, job.count);
	const loops = seeds.map((seed) => {
		const source = new TorchGenerator(seed);
		const start = RULES[job.rule]({ schedule, original, mask, source }, plan.timesteps[0]);
		return { ...plan, schedule, resampling, estimate, source, ...start };
	});
	const made = await sampleTogether(loops, context);

	// Whatever the rule left in the known pixels: they end as the original has them.
	const soft = feather(mask, job.feather); // [1, S, S]
	const results = made.map((x, i) => ({ pixels: blend(soft, x, original), seed: seeds[i] }));
	return {
		images: [
			...results,
			{ pixels: original, seed: job.seed, role: 'original' },
			{ pixels: asPicture(mask), seed: job.seed, role: 'mask' },
		],
		notes: [...notes.flat(), ...maskNotes, ...spacingNotes(job)],
	};
};
