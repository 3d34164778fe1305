/** text_encoder/config.json of a T5 v1.1. Source: transformers, models/t5/configuration_t5.py. */
import { z } from 'zod';
import { ModelError } from '../../errors.ts';
import { explainIssue } from '../../explain-issue.ts';
import { readJson } from '../json.ts';

const size = z.int().min(1);

/** Only what changes the numbers that come out; the rest of the file is about training and bookkeeping. */
const schema = z.object({
	d_model: size,
	/** Width of one attention head; all heads together need not be as wide as the model. */
	d_kv: size,
	d_ff: size,
	num_heads: size,
	num_layers: size,
	vocab_size: size,
	relative_attention_num_buckets: z.int().min(4).default(32),
	relative_attention_max_distance: size.default(128),
	layer_norm_epsilon: z.number().positive().default(1e-6),
	/** v1.1; the first T5, with "relu", has other layers. */
	feed_forward_proj: z.literal('gated-gelu'),
	pad_token_id: z.int().min(0).default(0),
});

export type T5Config = z.infer<typeof schema>;

/** Throws a ModelError that names the file, the field and its value. */
export async function readT5Config(path: string): Promise<T5Config> {
	const json = await readJson(path);
	const parsed = schema.safeParse(json);
	if (!parsed.success) throw new ModelError(`${path}: ${explainIssue(parsed.error.issues[0], json)}`);
	return parsed.data;
}
