/** Digits that are other digits upside down. */
import { z } from 'zod';
import { DIGIT_WALK_ESTIMATES, digit, digitCount, digitSamplingFields, weightsFields } from '../digit-fields.ts';
import { defineKind } from '../kind.ts';
import { branches } from '../sampling.ts';

export const digitAnagram = defineKind({
	network: 'digits',
	schema: z.object({
		kind: z.literal('digit-anagram'),
		model: z.literal('class'),
		...weightsFields,
		...digitSamplingFields,
		/** What the picture shows. */
		digit,
		/** What it shows upside down. */
		turned: digit,
		/** Pictures; number i has seed + i. */
		count: digitCount,
	}),
	cost: (job) => 2 * job.count * DIGIT_WALK_ESTIMATES * branches(job), // each digit is asked about both ways up
});
