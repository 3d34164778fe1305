/**
 * Redraws parts of a picture for a prompt, to fit the parts that stay. Source: section 3.2 of Lugmayr et al. 2022, "RePaint:
 * Inpainting using Denoising Diffusion Probabilistic Models"; the course's rule is its version without resampling, and the
 * rule `clean` is diffusers' for DeepFloyd IF.
 *
 * The picture may be larger than the model's: then the model sees a square of it around what is redrawn. In the course's way
 * the picture is shrunk to the model's size, and the square is all of it.
 */

import { TorchGenerator } from '../diffusion/noise.ts';
import { countSteps, planSampling } from '../diffusion/plan.ts';
import { consecutiveSeeds } from '../diffusion/seeds.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import { UserError } from '../errors.ts';
import { resamplingOf, UPSCALING } from '../jobs/index.ts';
import { middlePart } from '../tensor/cubic.ts';
import { asPicture } from '../tensor/grey.ts';
import { measureImage } from '../tensor/image.ts';
import { blend } from '../tensor/mask.ts';
import { map, type Tensor } from '../tensor/tensor.ts';
import { feather } from './inpaint/feather.ts';
import { readMask } from './inpaint/mask.ts';
import { RULES } from './inpaint/rules.ts';
import { cutSquare, maskForModel, pasteSquare, squareAround } from './inpaint/square.ts';
import { upscalingLoops } from './inpaint/upscaling.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline, PipelineResult } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether, stepsOf } from './sample-together.ts';

/**
 * Returns one picture per seed, then the original, the mask (white = redrawn) and, in the course's way, the `hole to fill`:
 * what is under the mask, on black. All have the size at which the picture is kept.
 */
export const inpaint: Pipeline<'inpaint'> = async (job, context) => {
	const { denoiser } = context;
	const { schedule } = denoiser;
	const [, size] = denoiser.shape;
	if (job.feather > 0 && job.area.by === 'transparency') {
		throw new UserError(
			'feather blends with what is under the mask, and under a transparent part there is nothing; use it with a mask or a region.',
		);
	}
	const plan = planSampling(job);
	const resampling = resamplingOf(job);
	const estimate = promptEstimate(denoiser, job.prompt, job);
	const { width, height } = job.whole
		? await measureImage(await context.loadBytes(job.image))
		: { width: size, height: size };
	const [picture, { mask, notes: maskNotes }, ...notes] = await Promise.all([
		context.loadImage(job.image, { width, height, fit: job.fit }), // [3, H, W]
		readMask(job, { width, height }, context), // [1, H, W]
		promptNotes(denoiser, [job.prompt, job.negativePrompt]),
		job.area.by === 'transparency' ? [] : pictureNotes(job.image, context),
	]);

	// What the model sees.
	const square = squareAround(mask, size);
	const part = { original: cutSquare(picture, square), mask: cutSquare(mask, square) };
	const known = {
		original: middlePart(part.original, size), // [3, S, S]
		mask: maskForModel(part.mask, size), // [1, S, S]
	};
	const seeds = consecutiveSeeds(job.seed, job.count);
	const loops = seeds.map((seed) => {
		const source = new TorchGenerator(seed);
		const start = RULES[job.rule]({ schedule, ...known, source }, plan.timesteps[0]);
		return { ...plan, schedule, resampling, estimate, source, ...start };
	});
	const upscaler = square.side > size ? job.upscaler : undefined;
	const after = upscaler ? job.count * countSteps(planSampling(UPSCALING)) : 0;
	const drawn = await sampleTogether(loops, context, { after }); // [3, S, S] each
	if (!upscaler) return finished(drawn);
	return {
		model: upscaler.model,
		goOn: async (stageTwo) => {
			const further = upscalingLoops({ drawn, seeds, ...part }, job, upscaler, stageTwo);
			return finished(await sampleTogether(further, context, { before: stepsOf(loops) })); // [3, 4S, 4S] each
		},
	};

	/** Restores the picture's known pixels, whatever the rule left in them and however the square was enlarged. */
	function finished(made: readonly Tensor[]): PipelineResult {
		const soft = feather(mask, (job.feather * square.side) / size); // [1, H, W]
		const results = made.map((x, i) => {
			const enlarged = middlePart(x, square.side); // [3, side, side]
			return { pixels: blend(soft, pasteSquare(picture, enlarged, square), picture), seed: seeds[i] };
		});
		return {
			images: [
				...results,
				{ pixels: picture, seed: job.seed, role: 'original' },
				{ pixels: asPicture(mask), seed: job.seed, role: 'mask' },
				...(job.whole ? [] : [{ pixels: underMask(picture, mask), seed: job.seed, role: 'hole to fill' }]),
			],
			notes: [...notes.flat(), ...maskNotes, ...enlargementNotes(square.side, made[0]), ...spacingNotes(job)],
		};
	}
};

/** What is redrawn, as the course shows it: the picture where the mask is 1, black elsewhere. */
const underMask = (picture: Tensor, mask: Tensor) =>
	blend(
		mask,
		picture,
		map(picture, () => -1),
	); // [3, H, W]

/** @param made [3, N, N] */
function enlargementNotes(side: number, { shape: [, size] }: Tensor): string[] {
	if (side <= size) return [];
	const factor = Number((side / size).toFixed(1));
	return [`The model draws ${size} × ${size} pixels, so the redrawn part is enlarged ${factor} times.`];
}
