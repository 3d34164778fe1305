/** Digits from noise, in rows. */
import * as z from 'zod';
import {
	digit,
	digitCount,
	digitSamplingFields,
	digitWalkEstimates,
	fitsModel,
	MAX_DIGITS,
	weightsFields,
} from '../digit-fields.ts';
import { isTold, SAMPLING_MODELS } from '../digit-models.ts';
import { defineKind } from '../kind.ts';
import { branches } from '../sampling.ts';

export const digits = defineKind({
	network: 'digits',
	schema: z
		.object({
			kind: z.literal('digits'),
			model: z.enum(SAMPLING_MODELS),
			...weightsFields,
			...digitSamplingFields,
			/** One row, left to right; for an unconditional network only their number matters. */
			digits: z.array(digit).min(1).max(MAX_DIGITS),
			/** How many rows. Picture i, counted along the rows, has seed + i. */
			count: digitCount,
		})
		.refine(({ digits, count }) => digits.length * count <= MAX_DIGITS, { path: ['count'] })
		.refine(fitsModel, { path: ['flow'] }),
	// An unconditional network cannot be guided.
	cost: (job) => job.digits.length * job.count * digitWalkEstimates(job) * (isTold(job.model) ? branches(job) : 1),
});
