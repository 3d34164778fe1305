/** Pure noise and what a denoiser makes of it, next to the mean of all digits. */
import * as z from 'zod';
import { MAX_SOURCES, weightsFields } from '../digit-fields.ts';
import { defineKind } from '../kind.ts';
import { seed } from '../values.ts';

export const digitMean = defineKind({
	network: 'digits',
	schema: z.object({
		kind: z.literal('digit-mean'),
		model: z.literal('denoiser'),
		...weightsFields,
		seed,
		/** How many draws of noise; draw i has seed + i. */
		count: z.int().min(1).max(MAX_SOURCES),
	}),
	cost: (job) => job.count,
});
