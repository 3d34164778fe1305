/** Hybrids: a picture whose components read differently. */
import * as z from 'zod';
import { MAX_COMPONENTS } from '../../views/decompositions/table.ts';
import { componentReadings } from '../../views/readings.ts';
import { defineKind } from '../kind.ts';
import { prompt, recipe, samplingFields, walkCost } from '../sampling.ts';
import { judgingCost, tries } from '../tries.ts';
import { upscalerField, upscalingCost } from '../upscaler.ts';
import { blobRef, fit } from '../values.ts';

/** The size of a decomposition's filter, in pixels of a picture of side FILTER_SIDE; absent: the decomposition's default. */
export const filterFields = {
	sigma: z.number().positive().optional(),
	kernel: z.int().positive().optional(),
};

export const hybrid = defineKind({
	network: 'pictures',
	schema: z.object({
		kind: z.literal('hybrid'),
		...samplingFields,
		recipe,
		/** One for each component of the decomposition, in its order, but none for the reference's component. */
		prompts: z.array(prompt).min(1).max(MAX_COMPONENTS),
		/** A name from the table of decompositions. */
		decomposition: z.string(),
		...filterFields,
		/** A picture of any size that stands in for one component. */
		reference: blobRef.optional(),
		fit,
		/** Index of that component; absent: the first. */
		referenceComponent: z
			.int()
			.min(0)
			.max(MAX_COMPONENTS - 1)
			.optional(),
		tries,
		/** Makes the picture, of several tries the best, four times as large; absent: it stays as stage I makes it. */
		upscaler: upscalerField.optional(),
	}),
	cost: (job) => {
		const prompts = componentReadings(job).filter(({ prompt }) => prompt !== undefined);
		return (job.tries ?? 1) * prompts.length * walkCost(job) + judgingCost(job);
	},
	upscalerCost: (job) => upscalingCost(job.upscaler, 1, componentReadings(job).length),
});
