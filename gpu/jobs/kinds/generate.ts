/** A picture from a prompt. */
import * as z from 'zod';
import { defineKind } from '../kind.ts';
import { count, prompt, recipe, samplingFields, walkCost } from '../sampling.ts';
import { upscalerField, upscalingCost } from '../upscaler.ts';

export const generate = defineKind({
	network: 'pictures',
	schema: z.object({
		kind: z.literal('generate'),
		...samplingFields,
		recipe,
		prompt,
		count,
		/** Makes every picture four times as large; absent: they stay as stage I makes them. */
		upscaler: upscalerField.optional(),
	}),
	cost: (job) => job.count * walkCost(job),
	upscalerCost: ({ count, upscaler }) => upscalingCost(upscaler, count),
});
