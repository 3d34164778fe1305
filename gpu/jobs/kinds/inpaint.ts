/** Redraws parts of a picture. */
import * as z from 'zod';
import { countSteps, planSampling, type SamplingChoice } from '../../diffusion/plan.ts';
import type { Resampling } from '../../diffusion/resampling.ts';
import { UserError } from '../../errors.ts';
import { defineKind } from '../kind.ts';
import { count, MAX_STEPS, prompt, samplingFields, strength, walkCost } from '../sampling.ts';
import { redrawingUpscalerField, upscalingCost } from '../upscaler.ts';
import { blobRef, fit } from '../values.ts';

/**
 * What replaces the known pixels after each step. `course`: the original noised to the new timestep. `repaint`: the same, and
 * stretches of steps are repeated. `clean`: the original.
 */
export const INPAINT_RULES = ['course', 'repaint', 'clean'] as const;
export type InpaintRule = (typeof INPAINT_RULES)[number];

/** The widest feather, in pixels of the model's picture: a quarter of stage I's side. */
export const MAX_FEATHER = 16;

/** Twice as many as the paper's. */
export const MAX_RESAMPLES = 20;

/** A jump is shorter than the steps of its walk. */
export const MAX_JUMP = MAX_STEPS - 1;

const fraction = z.number().min(0).max(1);

export const inpaint = defineKind({
	network: 'pictures',
	schema: z.object({
		kind: z.literal('inpaint'),
		...samplingFields,
		prompt,
		/** The picture of which parts stay, of any size. */
		image: blobRef,
		/**
		 * The result is the whole picture at its own size, and the model sees a square around what is redrawn. Absent: the
		 * picture is resized to the model's sample size, as in the course.
		 */
		whole: z.literal(true).optional(),
		/** How the picture and its mask are fitted; for a whole picture, the fit that a square mask was painted over. */
		fit,
		/**
		 * What is redrawn: where a mask is white (it has the picture's proportions or is square), inside a region, or where the
		 * picture is transparent.
		 */
		area: z.discriminatedUnion('by', [
			z.object({ by: z.literal('mask'), mask: blobRef }),
			/** x, y, width, height as fractions of the whole picture. */
			z.object({ by: z.literal('region'), region: z.tuple([fraction, fraction, fraction, fraction]) }),
			z.object({ by: z.literal('transparency') }),
		]),
		/** Over how many pixels of the model's picture the redrawn part fades into the original, on its own side of the border. */
		feather: z.number().min(0).max(MAX_FEATHER),
		rule: z.enum(INPAINT_RULES),
		/** The share of the walk that the original takes under the mask, noised; absent: all of it, from noise. */
		strength: strength.optional(),
		/** How many steps a jump of `repaint` goes back up. */
		jumpLength: z.int().min(1).max(MAX_JUMP),
		/** How often `repaint` walks each stretch of that length. */
		resamples: z.int().min(1).max(MAX_RESAMPLES),
		count,
		/**
		 * A stage II model. Of a whole picture it makes the square four times as large before that is put back; otherwise all of
		 * the picture. Absent: the square is only interpolated, and a picture of the model's size stays so small.
		 */
		upscaler: redrawingUpscalerField.optional(),
	}),
	cost: (job) => job.count * walkCost(job, { resampling: resamplingOf(job) }),
	// None if the square turns out to need no enlarging.
	upscalerCost: ({ count, upscaler }) => upscalingCost(upscaler, count),
});

interface ResamplingChoice extends SamplingChoice, Resampling {
	readonly rule: InpaintRule;
}

/** Throws a UserError if no jump fits into the walk, since it would silently become the course's rule. */
export function resamplingOf(job: ResamplingChoice): Resampling | undefined {
	const { rule, jumpLength, resamples } = job;
	if (rule !== 'repaint' || resamples === 1) return undefined;
	const steps = countSteps(planSampling(job));
	if (jumpLength >= steps) {
		throw new UserError(
			`A jump of ${jumpLength} does not fit into ${steps === 1 ? 'one step' : `${steps} steps`}: the rule repaint needs a jump shorter than its steps.`,
		);
	}
	return { jumpLength, resamples };
}
