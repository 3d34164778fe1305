/** Pure noise, and what a denoiser makes of it, beside the mean of all digits. */
import { z } from 'zod';
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
		/** Draws of noise; number i has seed + i. */
		count: z.int().min(1).max(MAX_SOURCES),
	}),
	cost: (job) => job.count,
});
