/** A picture from a prompt. */
import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { count, prompt, recipe, samplingFields, walkCost } from '../sampling.ts';

export const generate = defineKind({
	network: 'pictures',
	schema: z.object({ kind: z.literal('generate'), ...samplingFields, recipe, prompt, count }),
	cost: (job) => job.count * walkCost(job),
});
