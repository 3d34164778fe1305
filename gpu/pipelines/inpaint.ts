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
import { resamplingOf, upscalingChoice } from '../jobs/index.ts';
import { middlePart } from '../tensor/cubic.ts';
import { type InpaintInputs, readInputs } from './inpaint/inputs.ts';
import { resultOf } from './inpaint/result.ts';
import { RULES } from './inpaint/rules.ts';
import { cutSquare, maskForModel, type Square, squareAround } from './inpaint/square.ts';
import { upscalingLoops } from './inpaint/upscaling.ts';
import type { StagedPipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether, stepsOf } from './sample-together.ts';

/**
 * Returns one picture per seed, then the original, the mask (white = redrawn) and, in the course's way, the `hole to fill`:
 * what is under the mask, on black. All have the size at which the picture is kept.
 */
export const inpaint: StagedPipeline<'inpaint'> = async (job, context) => {
	const { denoiser } = context;
	const { schedule } = denoiser;
	const [, size] = denoiser.shape;
	const plan = planSampling(job);
	const estimate = promptEstimate(denoiser, job.prompt, job);
	const [inputs, ofPrompts] = await Promise.all([
		readInputs(job, context), // picture [3, H, W], mask [1, H, W]
		promptNotes(denoiser, [job.prompt, job.negativePrompt]),
	]);
	const { strength } = job;
	const notes = [...ofPrompts, ...inputs.notes, ...(strength === undefined ? spacingNotes(job) : [])];

	// What the model sees.
	const square = squareAround(inputs.mask, size);
	const part = partIn(square, inputs);
	const known = {
		original: middlePart(part.original, size), // [3, S, S]
		mask: maskForModel(part.mask, size), // [1, S, S]
	};
	const seeds = consecutiveSeeds(job.seed, job.count);
	const loops = seeds.map((seed) => {
		const source = new TorchGenerator(seed);
		const start = RULES[job.rule]({ schedule, ...known, source, strength }, plan.timesteps[0]);
		return { ...plan, schedule, resampling: resamplingOf(job), estimate, source, ...start };
	});
	const upscaler = job.whole && square.side <= size ? undefined : job.upscaler;
	const after = upscaler ? job.count * countSteps(planSampling(upscalingChoice(upscaler))) : 0;
	const drawn = await sampleTogether(loops, context, { after }); // [3, S, S] each
	if (!upscaler) return resultOf(job, { ...inputs, notes }, { square, made: drawn, seeds, size });
	return {
		model: upscaler.model,
		goOn: async (stageTwo) => {
			const [, large] = stageTwo.shape;
			// A picture of the model's size is read again, at that of stage II.
			const finer = job.whole ? inputs : await readInputs(job, context, large);
			const around = job.whole ? square : { left: 0, top: 0, side: large };
			const further = upscalingLoops({ drawn, seeds, ...partIn(around, finer) }, job, upscaler, stageTwo);
			const made = await sampleTogether(further, context, { before: stepsOf(loops) }); // [3, 4S, 4S] each
			return resultOf(job, { ...finer, notes }, { square: around, made, seeds, size });
		},
	};
};

/** What is in a square of the picture, and what of that is redrawn: [3, side, side] and [1, side, side]. */
const partIn = (square: Square, { picture, mask }: Pick<InpaintInputs, 'picture' | 'mask'>) => ({
	original: cutSquare(picture, square),
	mask: cutSquare(mask, square),
});
