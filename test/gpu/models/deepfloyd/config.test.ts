import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import { attentionSteps, unetSteps } from '../../../../gpu/models/deepfloyd/blocks.ts';
import { parseUNetConfig, pictureChannels } from '../../../../gpu/models/deepfloyd/config.ts';

const stage1 = JSON.parse(readFileSync('test/fixtures/unet/stage1/config.json', 'utf8'));
const stage2 = JSON.parse(readFileSync('test/fixtures/unet/stage2/config.json', 'utf8'));
const parse = (json: unknown) => parseUNetConfig(json, 'unet/config.json');

const RESNET_DOWN = 'ResnetDownsampleBlock2D';
const RESNET_UP = 'ResnetUpsampleBlock2D';
const ATTENTION_DOWN = 'SimpleCrossAttnDownBlock2D';
const ATTENTION_UP = 'SimpleCrossAttnUpBlock2D';

/** What all of DeepFloyd's models share. Sources: scripts/convert_if.py of diffusers, and the model cards. */
const published = {
	...stage1,
	encoder_hid_dim: 4096,
	encoder_hid_dim_type: null,
	addition_embed_type_num_heads: 64,
	attention_head_dim: 64,
	norm_num_groups: 32,
};
const publishedStage1 = (width: number) => ({
	...published,
	sample_size: 64,
	block_out_channels: [1, 2, 3, 4].map((factor) => factor * width),
	layers_per_block: 3,
	cross_attention_dim: 4 * width,
	down_block_types: [RESNET_DOWN, ATTENTION_DOWN, ATTENTION_DOWN, ATTENTION_DOWN],
	up_block_types: [ATTENTION_UP, ATTENTION_UP, ATTENTION_UP, RESNET_UP],
});
const publishedStage2 = (width: number) => ({
	...published,
	sample_size: 256,
	in_channels: 6,
	block_out_channels: [1, 2, 4, 6, 8].map((factor) => factor * width),
	layers_per_block: [2, 2, 3, 5, 5],
	cross_attention_dim: 8 * width,
	down_block_types: [RESNET_DOWN, RESNET_DOWN, RESNET_DOWN, ATTENTION_DOWN, ATTENTION_DOWN],
	up_block_types: [ATTENTION_UP, ATTENTION_UP, RESNET_UP, RESNET_UP, RESNET_UP],
	class_embed_type: 'timestep',
	time_embedding_dim: 8 * width,
	time_embedding_act_fn: 'gelu',
	resnet_skip_time_act: true,
	// biome-ignore lint/suspicious/noApproximativeNumericConstant: the models' own digits
	resnet_out_scale_factor: 1 / 0.7071,
});

describe('parseUNetConfig', () => {
	test('reads stage I', () => {
		const config = parse(stage1);
		expect(config).toMatchObject({
			sampleSize: 16,
			timeWidth: 32,
			normGroups: 4,
			hasNoiseLevel: false,
			resnetOutScale: 1,
		});
		expect(config.levels[1]).toEqual({ channels: 16, layers: 2, headWidth: 8, crossOnly: false });
		expect(pictureChannels(config)).toBe(3);
	});

	test('reads stage II', () => {
		const config = parse(stage2);
		expect(config).toMatchObject({ timeWidth: 32, hasNoiseLevel: true, skipTimeActivation: true, midCrossOnly: true });
		expect(config.levels.map(({ layers }) => layers)).toEqual([1, 1, 2]);
		expect(config.resnetOutScale).toBeCloseTo(1.41423, 4);
		expect(pictureChannels(config)).toBe(3);
	});

	// All widths except IF-I-XL's are derived from the published sizes.
	test.each<[string, object, number, number]>([
		['IF-I-M', publishedStage1(192), 36, 22],
		['IF-I-L', publishedStage1(320), 36, 22],
		['IF-I-XL', publishedStage1(704), 36, 22],
		['IF-II-M', publishedStage2(96), 49, 23],
		['IF-II-L', publishedStage2(160), 49, 23],
	])('reads %s', (_, json, resnets, attentions) => {
		const config = parse(json);
		expect(unetSteps(config).filter(({ kind }) => kind === 'resnet')).toHaveLength(resnets);
		expect(attentionSteps(config)).toHaveLength(attentions);
	});

	test('reads the heads of up blocks in the order of the file, like diffusers', () => {
		const config = parse({
			...stage2,
			down_block_types: Array(3).fill(ATTENTION_DOWN),
			up_block_types: Array(3).fill(ATTENTION_UP),
			attention_head_dim: [2, 4, 8],
		});
		const heads = attentionSteps(config).map(({ name, channels, headWidth }) => [
			name.replace(/.attentions.*/, ''),
			channels,
			headWidth,
		]);
		expect(new Set(heads.map(String))).toEqual(
			new Set([
				'down_blocks.0,8,2',
				'down_blocks.1,12,4',
				'down_blocks.2,16,8',
				'mid_block,16,8',
				'up_blocks.0,16,2',
				'up_blocks.1,12,4',
				'up_blocks.2,8,8',
			]),
		);
	});

	test('checks heads against the channels of their block', () => {
		const change = { attention_head_dim: [16, 8], down_block_types: [RESNET_DOWN, ATTENTION_DOWN] };
		const up = (types: string[]) => parse({ ...stage1, ...change, up_block_types: types });
		expect(up([ATTENTION_UP, RESNET_UP]).upHeadWidths).toEqual([16, 8]);
		expect(up([RESNET_UP, ATTENTION_UP]).upHeadWidths).toEqual([16, 8]);
		const attempt = () => parse({ ...stage1, ...change, attention_head_dim: [12, 8] });
		expect(attempt).toThrow('"attention_head_dim" is [12,8], expected entry 0 to divide the 16 channels of its block');
	});

	test.each<[string, object, string]>([
		['an unknown field', { style: 7 }, 'unknown field "style" (7)'],
		['another activation', { act_fn: 'silu' }, 'field "act_fn" is "silu"'],
		[
			'another block',
			{ mid_block_type: 'UNetMidBlock2DCrossAttn' },
			'field "mid_block_type" is "UNetMidBlock2DCrossAttn"',
		],
		[
			'another block at one level',
			{ down_block_types: ['DownBlock2D', 'DownBlock2D'] },
			'field "down_block_types.0" is "DownBlock2D"',
		],
		['other class labels', { class_embed_type: 'projection' }, 'field "class_embed_type" is "projection"'],
		['another text embedding', { addition_embed_type: 'text_image' }, 'field "addition_embed_type" is "text_image"'],
		['upcast attention', { upcast_attention: true }, 'field "upcast_attention" is true'],
		['a missing field', { encoder_hid_dim: undefined }, 'field "encoder_hid_dim" is missing'],
		[
			'a list of the wrong length',
			{ layers_per_block: [1, 2, 3] },
			'field "layers_per_block" is [1,2,3], expected 2 entries',
		],
		['heads that do not fit', { attention_head_dim: 7 }, 'field "attention_head_dim" is 7'],
		[
			'a text norm that does not fit',
			{ cross_attention_dim: 48 },
			'field "cross_attention_dim" is 48, expected a multiple of 32',
		],
		['groups that do not fit', { norm_num_groups: 5 }, 'field "block_out_channels" is [8,16]'],
		['an odd sample size', { sample_size: 15 }, 'field "sample_size" is 15, expected a multiple of 2'],
		['outputs that do not fit', { out_channels: 4 }, 'field "out_channels" is 4, expected 3 (noise) or 6'],
	])('refuses %s', (_, change, message) => {
		const attempt = () => parse(JSON.parse(JSON.stringify({ ...stage1, ...change })));
		expect(attempt).toThrow(ModelError);
		expect(attempt).toThrow(`unet/config.json: ${message}`);
	});
});
