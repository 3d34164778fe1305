/** text_encoder/config.json of a BERT. Source: transformers, models/bert/configuration_bert.py. */
import * as z from 'zod';
import { ModelError } from '../../errors.ts';
import { configError } from '../../explain-issue.ts';
import { readJson } from '../json.ts';

const size = z.int().min(1).max(65_536);

/** Only the fields that change the output; the rest of the file is about training and bookkeeping. */
const schema = z.object({
	hidden_size: size,
	intermediate_size: size,
	num_attention_heads: size,
	num_hidden_layers: z.int().min(1).max(64),
	hidden_act: z.literal('gelu'),
	layer_norm_eps: z.number().positive(),
	max_position_embeddings: size,
	position_embedding_type: z.literal('absolute').default('absolute'),
	type_vocab_size: size,
	vocab_size: z.int().min(1).max(1_000_000),
	pad_token_id: z.int().min(0),
});

export type BertConfig = z.infer<typeof schema>;

/** Throws a ModelError that names the file, the field and its value. */
export async function readBertConfig(path: string): Promise<BertConfig> {
	const json = await readJson(path);
	const parsed = schema.safeParse(json);
	if (!parsed.success) throw configError(path, parsed.error.issues[0], json);
	if (parsed.data.hidden_size % parsed.data.num_attention_heads) {
		throw new ModelError(`${path}: field "num_attention_heads" must divide hidden_size, ${parsed.data.hidden_size}`);
	}
	return parsed.data;
}
