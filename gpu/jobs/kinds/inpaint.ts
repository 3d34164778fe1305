/** Parts of a picture made anew. */
import { z } from 'zod';
import { countSteps, planSampling, type SamplingChoice } from '../../diffusion/plan.ts';
import type { Resampling } from '../../diffusion/resampling.ts';
import { UserError } from '../../errors.ts';
import { defineKind } from '../kind.ts';
import { count, MAX_STEPS, prompt, samplingFields, walkCost } from '../sampling.ts';
import { upscalerField, upscalingCost } from '../upscaler.ts';
import { blobRef, fit } from '../values.ts';

/**
 * What happens to the known pixels after each step. `course`: the original noised to the new timestep. `repaint`: likewise,
 * and stretches of steps are walked again and again. `clean`: the original.
 */
export const INPAINT_RULES = ['course', 'repaint', 'clean'] as const;
export type InpaintRule = (typeof INPAINT_RULES)[number];

/** In pixels of the model's picture; a quarter of stage I's. */
export const MAX_FEATHER = 16;

/** Twice the paper's. */
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
		/** The picture of which parts stay, any size. */
		image: blobRef,
		/**
		 * The result is the whole picture at its own size, and the model sees a square around what is made anew. Absent: as in
		 * the course the picture is brought to the model's sample size.
		 */
		whole: z.literal(true).optional(),
		/** Of the picture and its mask; of a whole picture, what a square mask was painted over. */
		fit,
		/**
		 * What is made anew: where a mask is white, which has the picture's proportions or those of the model's square, inside a
		 * region, or where it is transparent.
		 */
		area: z.discriminatedUnion('by', [
			z.object({ by: z.literal('mask'), mask: blobRef }),
			/** x, y, width, height as fractions of the whole picture. */
			z.object({ by: z.literal('region'), region: z.tuple([fraction, fraction, fraction, fraction]) }),
			z.object({ by: z.literal('transparency') }),
		]),
		/** Over how many pixels of the model's picture the new fades into the original, inside the part made anew. */
		feather: z.number().min(0).max(MAX_FEATHER),
		rule: z.enum(INPAINT_RULES),
		/** Steps that a jump of `repaint` goes back up. */
		jumpLength: z.int().min(1).max(MAX_JUMP),
		/** How often `repaint` walks each stretch of that length. */
		resamples: z.int().min(1).max(MAX_RESAMPLES),
		count,
		/**
		 * Of a whole picture: a model of stage II, which makes the square four times as large before it is put back. Absent: the
		 * square is enlarged plainly.
		 */
		upscaler: upscalerField.optional(),
	}),
	cost: (job) => job.count * walkCost(job, { resampling: resamplingOf(job) }),
	// None where it turns out that the square need not be enlarged.
	upscalerCost: ({ count, upscaler }) => (upscaler ? count * upscalingCost(upscaler) : 0),
});

interface ResamplingChoice extends SamplingChoice, Resampling {
	readonly rule: InpaintRule;
}

/** Throws a UserError when no jump fits into the walk, as it would silently be the course's rule then. */
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
