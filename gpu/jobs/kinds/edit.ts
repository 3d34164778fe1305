/** A picture from a picture (SDEdit). */
import * as z from 'zod';
import { defineKind } from '../kind.ts';
import { count, MAX_PICTURES, MAX_STEPS, prompt, samplingFields, walkCost } from '../sampling.ts';
import { redrawingUpscalerField, upscalingCost } from '../upscaler.ts';
import { blobRef, fit } from '../values.ts';

export const edit = defineKind({
	network: 'pictures',
	schema: z.object({
		kind: z.literal('edit'),
		...samplingFields,
		prompt,
		/** The picture to start from, any size. */
		image: blobRef,
		fit,
		/** Indices into the timestep list at which the noised picture enters (the course's i_start). */
		starts: z.array(z.int().min(0).max(MAX_STEPS)).min(1).max(MAX_PICTURES),
		/** Pictures for each start, from consecutive seeds; absent: one. */
		count: count.optional(),
		/** Makes every edit four times as large; absent: they stay as stage I makes them. */
		upscaler: redrawingUpscalerField.optional(),
	}),
	cost: ({ count: each = 1, ...job }) => each * job.starts.reduce((sum, start) => sum + walkCost(job, { start }), 0),
	upscalerCost: ({ count: each = 1, starts, upscaler }) => upscalingCost(upscaler, each * starts.length),
});
