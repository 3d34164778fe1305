/** Digits that are other digits upside down. */
import * as z from 'zod';
import {
	digit,
	digitCount,
	digitSamplingFields,
	digitWalkEstimates,
	fitsModel,
	weightsFields,
} from '../digit-fields.ts';
import { TOLD_MODELS } from '../digit-models.ts';
import { defineKind } from '../kind.ts';
import { branches } from '../sampling.ts';

export const digitAnagram = defineKind({
	network: 'digits',
	schema: z
		.object({
			kind: z.literal('digit-anagram'),
			model: z.enum(TOLD_MODELS),
			...weightsFields,
			...digitSamplingFields,
			/** What the picture shows. */
			digit,
			/** What it shows upside down. */
			turned: digit,
			/** How many pictures; picture i has seed + i. */
			count: digitCount,
		})
		.refine(fitsModel, { path: ['flow'] }),
	cost: (job) => 2 * job.count * digitWalkEstimates(job) * branches(job), // two readings: upright and upside down
});
