/** text_encoder/config.json of a T5 v1.1. Source: transformers, models/t5/configuration_t5.py. */
import * as z from 'zod';
import { configError } from '../../explain-issue.ts';
import { readJson } from '../json.ts';

const size = z.int().min(1).max(65_536);

/** Fields about training, generating text, and transformers itself, and fields that only a decoder reads. */
const IGNORED = [
	'_attn_implementation_autoset',
	'_name_or_path',
	'add_cross_attention',
	'architectures',
	'bad_words_ids',
	'begin_suppress_tokens',
	'bos_token_id',
	'chunk_size_feed_forward',
	'classifier_dropout',
	'cross_attention_hidden_size',
	'decoder_start_token_id',
	'diversity_penalty',
	'do_sample',
	'dropout_rate',
	'dtype',
	'early_stopping',
	'encoder_no_repeat_ngram_size',
	'eos_token_id',
	'exponential_decay_length_penalty',
	'finetuning_task',
	'forced_bos_token_id',
	'forced_eos_token_id',
	'gradient_checkpointing',
	'id2label',
	'initializer_factor',
	'is_decoder',
	'is_encoder_decoder',
	'label2id',
	'length_penalty',
	'max_length',
	'min_length',
	'model_type',
	'n_positions',
	'no_repeat_ngram_size',
	'num_beam_groups',
	'num_beams',
	'num_decoder_layers',
	'num_return_sequences',
	'output_attentions',
	'output_hidden_states',
	'output_past',
	'output_scores',
	'prefix',
	'problem_type',
	'pruned_heads',
	'remove_invalid_values',
	'repetition_penalty',
	'return_dict',
	'return_dict_in_generate',
	'scale_decoder_outputs',
	'sep_token_id',
	'suppress_tokens',
	'task_specific_params',
	'temperature',
	'tf_legacy_loss',
	'tie_encoder_decoder',
	'tie_word_embeddings',
	'tokenizer_class',
	'top_k',
	'top_p',
	'torch_dtype',
	'torchscript',
	'transformers_version',
	'typical_p',
	'use_bfloat16',
	'use_cache',
] as const;

/** Every field is read, must have the one value that is supported here, or does not change the output. */
const schema = z.strictObject({
	...Object.fromEntries(IGNORED.map((name) => [name, z.unknown().optional()])),
	d_model: size,
	/** Width of one attention head; all heads together need not be as wide as the model. */
	d_kv: size,
	d_ff: size,
	num_heads: size,
	num_layers: z.int().min(1).max(64),
	vocab_size: z.int().min(1).max(1_000_000),
	relative_attention_num_buckets: z.int().min(4).max(1024).default(32),
	relative_attention_max_distance: size.default(128),
	layer_norm_epsilon: z.number().positive().default(1e-6),
	/** T5 v1.1; the original T5, with "relu", has other layers. */
	feed_forward_proj: z.literal('gated-gelu'),
	/** What that means in transformers, if the file says it. */
	dense_act_fn: z.literal('gelu_new').optional(),
	is_gated_act: z.literal(true).optional(),
	pad_token_id: z.int().min(0).default(0),
});

export type T5Config = z.infer<typeof schema>;

/** Throws a ModelError that names the file, the field and its value. */
export async function readT5Config(path: string): Promise<T5Config> {
	const json = await readJson(path);
	const parsed = schema.safeParse(json);
	if (!parsed.success) throw configError(path, parsed.error.issues[0], json);
	return parsed.data;
}
