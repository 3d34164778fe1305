import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import { attentionSteps, unetSteps } from '../../../../gpu/models/deepfloyd/blocks.ts';
import { parseUNetConfig, pictureChannels } from '../../../../gpu/models/deepfloyd/config.ts';

const stage1 = JSON.parse(readFileSync('test/fixtures/unet/stage1/config.json', 'utf8'));
const stage2 = JSON.parse(readFileSync('test/fixtures/unet/stage2/config.json', 'utf8'));
const parse = (json: unknown) => parseUNetConfig(json, 'unet/config.json');

/** IF-I-XL's published fields. Source: diffusers, scripts/convert_if.py, and the model's card. */
const xl = {
	...stage1,
	sample_size: 64,
	block_out_channels: [704, 1408, 2112, 2816],
	layers_per_block: 3,
	cross_attention_dim: 2816,
	encoder_hid_dim: 4096,
	addition_embed_type_num_heads: 64,
	attention_head_dim: 64,
	norm_num_groups: 32,
	down_block_types: ['ResnetDownsampleBlock2D', ...Array(3).fill('SimpleCrossAttnDownBlock2D')],
	up_block_types: [...Array(3).fill('SimpleCrossAttnUpBlock2D'), 'ResnetUpsampleBlock2D'],
};

describe('parseUNetConfig', () => {
	test('reads stage I', () => {
		const config = parse(stage1);
		expect(config).toMatchObject({
			sampleSize: 16,
			timeWidth: 64,
			normGroups: 8,
			hasNoiseLevel: false,
			resnetOutScale: 1,
		});
		expect(config.levels[1]).toEqual({ channels: 32, layers: 2, headWidth: 8, crossOnly: false });
		expect(pictureChannels(config)).toBe(3);
	});

	test('reads stage II', () => {
		const config = parse(stage2);
		expect(config).toMatchObject({ timeWidth: 32, hasNoiseLevel: true, skipTimeActivation: true, midCrossOnly: true });
		expect(config.levels.map(({ layers }) => layers)).toEqual([1, 1, 2]);
		expect(config.resnetOutScale).toBeCloseTo(1.41423, 4);
		expect(pictureChannels(config)).toBe(3);
	});

	test('counts 36 residual blocks and 22 attention blocks in IF-I-XL', () => {
		const config = parse(xl);
		expect(unetSteps(config).filter(({ kind }) => kind === 'resnet')).toHaveLength(36);
		expect(attentionSteps(config)).toHaveLength(22);
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
		['groups that do not fit', { norm_num_groups: 5 }, 'field "block_out_channels" is [16,32]'],
		['an odd sample size', { sample_size: 15 }, 'field "sample_size" is 15, expected a multiple of 2'],
		['outputs that do not fit', { out_channels: 4 }, 'field "out_channels" is 4, expected 3 (noise) or 6'],
	])('refuses %s', (_, change, message) => {
		const attempt = () => parse(JSON.parse(JSON.stringify({ ...stage1, ...change })));
		expect(attempt).toThrow(ModelError);
		expect(attempt).toThrow(`unet/config.json: ${message}`);
	});
});
