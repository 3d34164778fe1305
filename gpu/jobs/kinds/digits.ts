/** Digits from noise, in rows. */
import { z } from 'zod';
import {
	DIGIT_WALK_ESTIMATES,
	digit,
	digitCount,
	digitSamplingFields,
	MAX_DIGITS,
	weightsFields,
} from '../digit-fields.ts';
import { DIGIT_MODELS } from '../digit-models.ts';
import { defineKind } from '../kind.ts';
import { branches } from '../sampling.ts';

export const digits = defineKind({
	network: 'digits',
	schema: z
		.object({
			kind: z.literal('digits'),
			model: z.enum(DIGIT_MODELS).exclude(['denoiser', 'flow-time', 'flow-class']),
			...weightsFields,
			...digitSamplingFields,
			/** One row, left to right; the network `time` is not told and takes only how many there are. */
			digits: z.array(digit).min(1).max(MAX_DIGITS),
			/** Rows. Picture i, counted along the rows, has seed + i. */
			count: digitCount,
		})
		.refine(({ digits, count }) => digits.length * count <= MAX_DIGITS, { path: ['count'] }),
	// `time` knows no digits, so there is nothing to guide it by.
	cost: (job) => job.digits.length * job.count * DIGIT_WALK_ESTIMATES * (job.model === 'time' ? 1 : branches(job)),
});
