/** A picture with increasing noise: the forward process. */
import * as z from 'zod';
import { defineKind } from '../kind.ts';
import { levels, samplingFields } from '../sampling.ts';
import { blobRef, fit } from '../values.ts';

export const noise = defineKind({
	network: 'pictures',
	schema: z.object({
		kind: z.literal('noise'),
		/** Only its schedule and the size of its pictures matter. */
		model: samplingFields.model,
		seed: samplingFields.seed,
		/** The picture, of any size. */
		image: blobRef,
		fit,
		levels,
	}),
	cost: () => 0,
});
