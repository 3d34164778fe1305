/** A picture from a prompt. */
import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { count, prompt, samplingFields, walkCost } from '../sampling.ts';

export const generate = defineKind({
	network: 'pictures',
	schema: z.object({ kind: z.literal('generate'), ...samplingFields, prompt, count }),
	cost: (job) => job.count * walkCost(job),
});
