/**
 * The unet/config.json of each of DeepFloyd IF's sizes. IF-I-XL's widths are published. Those of the others are derived from
 * their numbers of parameters; for stage II two candidates fit, and this is one of them.
 */

const COMMON = {
	_class_name: 'UNet2DConditionModel',
	out_channels: 6,
	mid_block_type: 'UNetMidBlock2DSimpleCrossAttn',
	act_fn: 'gelu',
	resnet_time_scale_shift: 'scale_shift',
	cross_attention_norm: 'group_norm',
	attention_head_dim: 64,
	encoder_hid_dim: 4096,
	addition_embed_type: 'text',
	addition_embed_type_num_heads: 64,
};

const [RESNET_DOWN, ATTENTION_DOWN] = ['ResnetDownsampleBlock2D', 'SimpleCrossAttnDownBlock2D'];
const [RESNET_UP, ATTENTION_UP] = ['ResnetUpsampleBlock2D', 'SimpleCrossAttnUpBlock2D'];

/** @param width channels at the finest level */
function stage1(width: number) {
	const widths = [1, 2, 3, 4].map((factor) => factor * width);
	return {
		...COMMON,
		sample_size: 64,
		in_channels: 3,
		block_out_channels: widths,
		layers_per_block: 3,
		down_block_types: [RESNET_DOWN, ATTENTION_DOWN, ATTENTION_DOWN, ATTENTION_DOWN],
		up_block_types: [ATTENTION_UP, ATTENTION_UP, ATTENTION_UP, RESNET_UP],
		cross_attention_dim: widths[3],
	};
}

/** 1 / 0.7071, as diffusers' conversion script writes it. */
const RESCALE = 10000 / 7071;

/** @param width channels at the finest level */
function stage2(width: number) {
	const widths = [1, 2, 4, 6, 8].map((factor) => factor * width);
	return {
		...COMMON,
		sample_size: 256,
		in_channels: 6,
		block_out_channels: widths,
		layers_per_block: [2, 2, 3, 5, 5],
		down_block_types: [RESNET_DOWN, RESNET_DOWN, RESNET_DOWN, ATTENTION_DOWN, ATTENTION_DOWN],
		up_block_types: [ATTENTION_UP, ATTENTION_UP, RESNET_UP, RESNET_UP, RESNET_UP],
		cross_attention_dim: widths[4],
		class_embed_type: 'timestep',
		time_embedding_dim: widths[4],
		time_embedding_act_fn: 'gelu',
		only_cross_attention: true,
		resnet_skip_time_act: true,
		resnet_out_scale_factor: RESCALE,
		mid_block_scale_factor: RESCALE,
	};
}

export const SHAPES: Readonly<Record<string, object>> = {
	/** A quick one for trying out the benchmark itself. */
	tiny: { ...stage1(64), sample_size: 16, encoder_hid_dim: 256 },
	'IF-I-M': stage1(192),
	'IF-I-L': stage1(320),
	'IF-I-XL': stage1(704),
	'IF-II-M': stage2(96),
	'IF-II-L': stage2(160),
};
