/**
 * Parts of a picture made anew under a prompt, to fit the parts that stay. Source: section 3.2 of Lugmayr et al. 2022,
 * "RePaint: Inpainting using Denoising Diffusion Probabilistic Models", of which the course's rule is the version without
 * resampling; the rule `clean` is diffusers' for DeepFloyd IF.
 *
 * The picture may be larger than the model's: then the model sees a square of it around what is made anew. In the course's
 * way the picture is made as small as the model's, and the square is all of it.
 */

import { TorchGenerator } from '../diffusion/noise.ts';
import { planSampling } from '../diffusion/plan.ts';
import { consecutiveSeeds } from '../diffusion/seeds.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import { UserError } from '../errors.ts';
import { resamplingOf } from '../jobs/index.ts';
import { asPicture } from '../tensor/grey.ts';
import { measureImage } from '../tensor/image.ts';
import { blend } from '../tensor/mask.ts';
import { middlePart } from '../tensor/middle-part.ts';
import { feather } from './inpaint/feather.ts';
import { readMask } from './inpaint/mask.ts';
import { RULES } from './inpaint/rules.ts';
import { cutSquare, maskForModel, pasteSquare, squareAround } from './inpaint/square.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';

/** One picture per seed, then the original and the mask (white = made anew), all of the size at which the picture is kept. */
export const inpaint: Pipeline<'inpaint'> = async (job, context) => {
	const { denoiser } = context;
	const { schedule } = denoiser;
	const [, size] = denoiser.shape;
	if (job.feather > 0 && job.area.by === 'transparency') {
		throw new UserError(
			'feather blends with what lies under the mask, and under a transparent part there is nothing; use it with a mask or a region.',
		);
	}
	const plan = planSampling(job);
	const resampling = resamplingOf(job);
	const estimate = promptEstimate(denoiser, job.prompt, job.negativePrompt, job.guidanceScale);
	const { width, height } = job.whole
		? await measureImage(await context.loadBytes(job.image))
		: { width: size, height: size };
	const [picture, { mask, notes: maskNotes }, ...notes] = await Promise.all([
		context.loadImage(job.image, width, height), // [3, H, W]
		readMask(job, { width, height }, context), // [1, H, W]
		promptNotes(denoiser, [job.prompt, job.negativePrompt]),
		job.area.by === 'transparency' ? [] : pictureNotes(job.image, context),
	]);

	// What the model sees.
	const square = squareAround(mask, size);
	const known = {
		original: middlePart(cutSquare(picture, square), size), // [3, S, S]
		mask: maskForModel(cutSquare(mask, square), size), // [1, S, S]
	};
	const seeds = consecutiveSeeds(job.seed, job.count);
	const loops = seeds.map((seed) => {
		const source = new TorchGenerator(seed);
		const start = RULES[job.rule]({ schedule, ...known, source }, plan.timesteps[0]);
		return { ...plan, schedule, resampling, estimate, source, ...start };
	});
	const made = await sampleTogether(loops, context);

	// Whatever the rule left in the known pixels, and however it was enlarged: they end as the picture has them.
	const enlargement = square.side / size;
	const soft = feather(mask, job.feather * enlargement); // [1, H, W]
	const results = made.map((x, i) => {
		const enlarged = middlePart(x, square.side); // [3, side, side]
		return { pixels: blend(soft, pasteSquare(picture, enlarged, square), picture), seed: seeds[i] };
	});
	return {
		images: [
			...results,
			{ pixels: picture, seed: job.seed, role: 'original' },
			{ pixels: asPicture(mask), seed: job.seed, role: 'mask' },
		],
		notes: [...notes.flat(), ...maskNotes, ...enlargementNotes(enlargement, size), ...spacingNotes(job)],
	};
};

function enlargementNotes(factor: number, size: number): string[] {
	if (factor <= 1) return [];
	return [`The model draws ${size} × ${size} pixels: what is new is enlarged ${Number(factor.toFixed(1))} times.`];
}
