/** Digits with increasing noise. */
import * as z from 'zod';
import { noisyDigitFields } from '../digit-fields.ts';
import { defineKind } from '../kind.ts';

export const digitNoise = defineKind({
	network: 'digits',
	schema: z.object({ kind: z.literal('digit-noise'), model: z.literal('denoiser'), ...noisyDigitFields }),
	cost: () => 0,
});
