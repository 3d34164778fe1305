/**
 * unet/config.json of DeepFloyd IF: diffusers' UNet2DConditionModel with the choices that both stages make.
 * Every field is read or must have the one value that is supported here; an unknown field might change the network, so it
 * is an error. Source: diffusers, models/unets/unet_2d_condition.py and scripts/convert_if.py.
 */
import * as z from 'zod';
import { ModelError } from '../../errors.ts';
import { configError } from '../../explain-issue.ts';
import { valueText } from '../../quoted.ts';
import { readJson } from '../json.ts';

const DOWN_BLOCKS = ['ResnetDownsampleBlock2D', 'SimpleCrossAttnDownBlock2D'] as const;
const UP_BLOCKS = ['ResnetUpsampleBlock2D', 'SimpleCrossAttnUpBlock2D'] as const;

const upTo = (most: number) => z.int().min(1).max(most);
const size = upTo(65_536);
const MAX_LEVELS = 16;
const perLevel = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).max(MAX_LEVELS)]);
/** A field with only one supported value, which is also what an absent field means. */
const fixed = <const T extends string | number | boolean | null>(value: T) => z.literal(value).default(value as never);
/** A field that changes nothing here. */
const ignored = z.unknown().optional();

const schema = z.strictObject({
	_class_name: fixed('UNet2DConditionModel'),
	_diffusers_version: ignored,
	_name_or_path: ignored,

	sample_size: upTo(4096),
	in_channels: size,
	out_channels: size,
	center_input_sample: fixed(false),
	conv_in_kernel: fixed(3),
	conv_out_kernel: fixed(3),

	block_out_channels: z.array(size).min(1).max(MAX_LEVELS),
	layers_per_block: perLevel(upTo(64)),
	down_block_types: z.array(z.enum(DOWN_BLOCKS)).max(MAX_LEVELS),
	mid_block_type: fixed('UNetMidBlock2DSimpleCrossAttn'),
	up_block_types: z.array(z.enum(UP_BLOCKS)).max(MAX_LEVELS),

	act_fn: z.literal('gelu'),
	norm_num_groups: size.default(32),
	norm_eps: z.number().positive().default(1e-5),
	resnet_time_scale_shift: z.literal('scale_shift'),
	resnet_skip_time_act: z.boolean().default(false),
	resnet_out_scale_factor: z.number().positive().default(1),
	mid_block_scale_factor: z.number().positive().default(1),

	flip_sin_to_cos: z.boolean().default(true),
	freq_shift: z.number().default(0),
	time_embedding_type: fixed('positional'),
	time_embedding_dim: size.nullable().default(null),
	time_embedding_act_fn: z.literal(['gelu', null]).default(null),
	timestep_post_act: fixed(null),
	time_cond_proj_dim: fixed(null),
	class_embed_type: z.literal(['timestep', null]).default(null),
	class_embeddings_concat: fixed(false),
	num_class_embeds: fixed(null),
	projection_class_embeddings_input_dim: fixed(null),

	encoder_hid_dim: size,
	encoder_hid_dim_type: z.literal(['text_proj', null]).default(null),
	addition_embed_type: z.literal('text'),
	addition_embed_type_num_heads: size.default(64),
	addition_time_embed_dim: fixed(null),

	cross_attention_dim: size,
	cross_attention_norm: z.literal('group_norm'),
	attention_head_dim: perLevel(size),
	num_attention_heads: fixed(null),
	only_cross_attention: perLevel(z.boolean()).default(false),
	mid_block_only_cross_attention: z.boolean().nullable().default(null),
	attention_type: fixed('default'),
	upcast_attention: fixed(false),
	dual_cross_attention: fixed(false),
	use_linear_projection: fixed(false),

	// For other block types or for training.
	transformer_layers_per_block: ignored,
	reverse_transformer_layers_per_block: ignored,
	downsample_padding: ignored,
	dropout: ignored,
});

/** PyTorch's default, for the normalisations to which diffusers does not pass norm_eps. */
export const DEFAULT_EPSILON = 1e-5;

/** diffusers does not pass norm_num_groups to the norm over the text, which therefore keeps its default. */
export const TEXT_NORM_GROUPS = 32;

/** One resolution of the UNet. */
export interface Level {
	readonly channels: number;
	/** Residual blocks on the way down; on the way up there is one more. */
	readonly layers: number;
	/** Width of one attention head, on the way down and in the middle. */
	readonly headWidth: number;
	/** Attention to the prompt only, not to the picture itself. */
	readonly crossOnly: boolean;
}

export interface UNetConfig {
	/** Side of the pictures, in pixels. */
	readonly sampleSize: number;
	/** Channels of the network's input; stage II: x and the low-resolution picture. */
	readonly inChannels: number;
	readonly outChannels: number;
	/** From the finest to the coarsest. */
	readonly levels: readonly Level[];
	/** Whether level i has attention on the way down, and block i on the way up, which starts at the coarsest level. */
	readonly downAttention: readonly boolean[];
	readonly upAttention: readonly boolean[];
	/** Width of one attention head in up block i: unlike every other list, diffusers does not reverse this one. */
	readonly upHeadWidths: readonly number[];
	readonly midCrossOnly: boolean;
	readonly normGroups: number;
	readonly normEpsilon: number;
	/** What a residual block's sum is divided by: on the way down and up, and in the middle. */
	readonly resnetOutScale: number;
	readonly midScale: number;
	/** Residual blocks use the time embedding as it is, without an activation of their own. */
	readonly skipTimeActivation: boolean;
	readonly flipSinToCos: boolean;
	readonly freqShift: number;
	readonly timeWidth: number;
	readonly activateTimeEmbedding: boolean;
	/** Stage II: the network receives the timestep to which the low-resolution picture was noised. */
	readonly hasNoiseLevel: boolean;
	/** Width of the text encoder's output. */
	readonly textWidth: number;
	readonly poolingHeads: number;
	/** Width of the tokens in the attention blocks. */
	readonly crossWidth: number;
}

/** Reads unet/config.json. Throws a ModelError that names the file, the field and its value. */
export async function readUNetConfig(path: string): Promise<UNetConfig> {
	return parseUNetConfig(await readJson(path), path);
}

/** The same for a configuration in memory; `path` is for messages. */
export function parseUNetConfig(json: unknown, path: string): UNetConfig {
	const parsed = schema.safeParse(json);
	if (!parsed.success) throw configError(path, parsed.error.issues[0], json);
	const config = parsed.data;
	const widths = config.block_out_channels;
	const fail = (field: keyof typeof config, expected: string) => {
		throw new ModelError(`${path}: field "${field}" is ${valueText(config[field])}, expected ${expected}`);
	};
	const each = <T>(field: keyof typeof config, value: T | T[]): T[] => {
		const values = Array.isArray(value) ? value : widths.map(() => value);
		if (values.length !== widths.length) fail(field, `${widths.length} entries, as in "block_out_channels"`);
		return values;
	};
	const layers = each('layers_per_block', config.layers_per_block);
	const headWidths = each('attention_head_dim', config.attention_head_dim);
	const crossOnly = each('only_cross_attention', config.only_cross_attention);
	const levels = widths.map((channels, i) => {
		return { channels, layers: layers[i], headWidth: headWidths[i], crossOnly: crossOnly[i] };
	});
	const downAttention = each('down_block_types', config.down_block_types).map((type) => type === DOWN_BLOCKS[1]);
	const upAttention = each('up_block_types', config.up_block_types).map((type) => type === UP_BLOCKS[1]);

	const halvings = 2 ** (widths.length - 1);
	if (config.sample_size % halvings) fail('sample_size', `a multiple of ${halvings}, one halving between two levels`);
	for (const [i, { channels, headWidth }] of levels.entries()) {
		if (channels % config.norm_num_groups) fail('block_out_channels', `multiples of norm_num_groups`);
		const last = levels.length - 1;
		const { channels: upChannels } = levels[last - i];
		const withHeads = [...(downAttention[i] || i === last ? [channels] : []), ...(upAttention[i] ? [upChannels] : [])];
		const unfit = withHeads.find((width) => width % headWidth);
		if (unfit) fail('attention_head_dim', `entry ${i} to divide the ${unfit} channels of its block`);
	}
	if (config.cross_attention_dim % TEXT_NORM_GROUPS) {
		fail('cross_attention_dim', `a multiple of ${TEXT_NORM_GROUPS}, the groups of the norm over the text`);
	}
	if (config.encoder_hid_dim % config.addition_embed_type_num_heads) {
		fail('addition_embed_type_num_heads', `a divisor of encoder_hid_dim, ${config.encoder_hid_dim}`);
	}
	if (widths[0] % 2) fail('block_out_channels', 'an even first width, half of it sines and half cosines');
	const pictureChannels = config.class_embed_type ? config.in_channels / 2 : config.in_channels;
	if (!Number.isInteger(pictureChannels)) fail('in_channels', 'an even number: x and the low-resolution picture');
	if (config.out_channels !== pictureChannels && config.out_channels !== 2 * pictureChannels) {
		fail('out_channels', `${pictureChannels} (noise) or ${2 * pictureChannels} (noise and variance)`);
	}

	return {
		sampleSize: config.sample_size,
		inChannels: config.in_channels,
		outChannels: config.out_channels,
		levels,
		downAttention,
		upAttention,
		upHeadWidths: headWidths,
		midCrossOnly: config.mid_block_only_cross_attention ?? config.only_cross_attention === true,
		normGroups: config.norm_num_groups,
		normEpsilon: config.norm_eps,
		resnetOutScale: config.resnet_out_scale_factor,
		midScale: config.mid_block_scale_factor,
		skipTimeActivation: config.resnet_skip_time_act,
		flipSinToCos: config.flip_sin_to_cos,
		freqShift: config.freq_shift,
		timeWidth: config.time_embedding_dim ?? 4 * widths[0],
		activateTimeEmbedding: config.time_embedding_act_fn !== null,
		hasNoiseLevel: config.class_embed_type !== null,
		textWidth: config.encoder_hid_dim,
		poolingHeads: config.addition_embed_type_num_heads,
		crossWidth: config.cross_attention_dim,
	};
}

/** Channels of x: half of the network's input in stage II, where the low-resolution picture is the other half. */
export function pictureChannels(config: UNetConfig): number {
	return config.hasNoiseLevel ? config.inChannels / 2 : config.inChannels;
}
