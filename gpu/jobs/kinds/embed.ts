/** What a model's text encoder makes of prompts, as a file that stands for them where there is no encoder. */
import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { samplingFields } from '../sampling.ts';

/** Those of T5-XXL take 0.6 MB each, and a chat takes a file of 10. */
export const MAX_EMBEDDED_PROMPTS = 16;

export const embed = defineKind({
	network: 'text',
	schema: z.object({
		kind: z.literal('embed'),
		model: samplingFields.model,
		/** The empty one too, which guidance needs. */
		prompts: z.array(z.string()).min(1).max(MAX_EMBEDDED_PROMPTS),
	}),
	cost: (job) => new Set(job.prompts).size,
});
