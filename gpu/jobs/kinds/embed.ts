/** Prompts read by a model's text encoder, as a file to use where there is no encoder. */
import * as z from 'zod';
import { defineKind } from '../kind.ts';
import { samplingFields } from '../sampling.ts';

/** T5-XXL's embeddings take 0.6 MB per prompt, and a chat accepts files of up to 10 MB. */
export const MAX_EMBEDDED_PROMPTS = 16;

export const embed = defineKind({
	network: 'text',
	schema: z.object({
		kind: z.literal('embed'),
		model: samplingFields.model,
		/** May include the empty prompt, which guidance needs. */
		prompts: z.array(z.string()).min(1).max(MAX_EMBEDDED_PROMPTS),
	}),
	cost: (job) => new Set(job.prompts).size,
});
