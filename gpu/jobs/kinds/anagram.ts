/** Anagrams: a picture that reads differently through each of several views. */
import * as z from 'zod';
import { viewReadings } from '../../views/readings.ts';
import { defineKind } from '../kind.ts';
import { prompt, recipe, samplingFields, walkCost } from '../sampling.ts';
import { judgingCost, tries } from '../tries.ts';
import { upscalerField, upscalingCost } from '../upscaler.ts';

/** With more than four readings, not all can be seen. */
export const MAX_VIEWS = 3;

export const anagram = defineKind({
	network: 'pictures',
	schema: z.object({
		kind: z.literal('anagram'),
		...samplingFields,
		recipe,
		/** The first prompt is read upright, prompt i + 1 through views[i]. */
		prompts: z
			.array(prompt)
			.min(2)
			.max(MAX_VIEWS + 1),
		/** Names from the view table. */
		views: z.array(z.string()).min(1).max(MAX_VIEWS),
		tries,
		/** Makes the picture, of several tries the best, four times as large; absent: it stays as stage I makes it. */
		upscaler: upscalerField.optional(),
	}),
	cost: (job) => (job.tries ?? 1) * viewReadings(job).length * walkCost(job) + judgingCost(job),
	upscalerCost: (job) => upscalingCost(job.upscaler, 1, viewReadings(job).length),
});
