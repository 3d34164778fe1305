/** Adds noise to digits and removes it in one step. */
import * as z from 'zod';
import { noisyDigitFields, weightsFields } from '../digit-fields.ts';
import { defineKind } from '../kind.ts';

export const digitDenoise = defineKind({
	network: 'digits',
	schema: z.object({
		kind: z.literal('digit-denoise'),
		model: z.literal('denoiser'),
		...weightsFields,
		...noisyDigitFields,
	}),
	cost: (job) => job.sources.length * job.sigmas.length,
});
