import { describe, expect, test } from 'vitest';
import { neededFiles } from '../../../gpu/models/needed-files.ts';

const COMMON = [
	'.gitattributes',
	'README.md',
	'model_index.json',
	'scheduler/scheduler_config.json',
	'unet/config.json',
	'feature_extractor/preprocessor_config.json',
	'safety_checker/config.json',
	'safety_checker/model.fp16.safetensors',
];
const UNET = [
	'unet/diffusion_pytorch_model.bin',
	'unet/diffusion_pytorch_model.fp16.bin',
	'unet/diffusion_pytorch_model.fp16.safetensors',
	'unet/diffusion_pytorch_model.safetensors',
];
const ENCODER = [
	'text_encoder/config.json',
	'text_encoder/model-00001-of-00002.safetensors',
	'text_encoder/model-00002-of-00002.safetensors',
	'text_encoder/model.fp16-00001-of-00002.safetensors',
	'text_encoder/model.fp16-00002-of-00002.safetensors',
	'text_encoder/model.safetensors.index.fp16.json',
	'text_encoder/model.safetensors.index.json',
	'text_encoder/pytorch_model-00001-of-00002.bin',
	'text_encoder/pytorch_model.bin.index.json',
	'tokenizer/special_tokens_map.json',
	'tokenizer/spiece.model',
	'tokenizer/tokenizer_config.json',
	'tokenizer/notes/more.json',
];

describe('of a whole repository', () => {
	test('half precision is taken, the files that make it a model last, and nothing twice', () => {
		expect(neededFiles([...COMMON, ...UNET, ...ENCODER], 'half')).toEqual({
			network: [
				'unet/diffusion_pytorch_model.fp16.safetensors',
				'scheduler/scheduler_config.json',
				'unet/config.json',
				'model_index.json',
			],
			encoder: [
				'text_encoder/model.fp16-00001-of-00002.safetensors',
				'text_encoder/model.fp16-00002-of-00002.safetensors',
				'text_encoder/model.safetensors.index.fp16.json',
				'tokenizer/special_tokens_map.json',
				'tokenizer/spiece.model',
				'tokenizer/tokenizer_config.json',
				'text_encoder/config.json',
			],
		});
	});

	test('full precision where that is preferred', () => {
		const { network, encoder } = neededFiles([...COMMON, ...UNET, ...ENCODER], 'full');
		expect(network[0]).toBe('unet/diffusion_pytorch_model.safetensors');
		expect(encoder.slice(0, 3)).toEqual([
			'text_encoder/model-00001-of-00002.safetensors',
			'text_encoder/model-00002-of-00002.safetensors',
			'text_encoder/model.safetensors.index.json',
		]);
	});
});

test('one precision is enough, shards without an index are not', () => {
	const full = neededFiles([...COMMON, 'unet/diffusion_pytorch_model.safetensors'], 'half');
	expect(full.network[0]).toBe('unet/diffusion_pytorch_model.safetensors');
	const shards = ['unet/diffusion_pytorch_model.fp16-00001-of-00001.safetensors'];
	expect(() => neededFiles([...COMMON, ...shards], 'half')).toThrow(/holds no network/);
	expect(() => neededFiles([...COMMON, UNET[0]], 'half')).toThrow(/holds no network/);
});

test('the watermark comes along, as a pickle only if there is nothing else', () => {
	const [config, pickle] = ['watermarker/config.json', 'watermarker/diffusion_pytorch_model.bin'];
	const safe = 'watermarker/diffusion_pytorch_model.safetensors';
	const of = (...files: string[]) =>
		neededFiles([...COMMON, ...UNET, ...files], 'half').network.filter((path) => path.startsWith('watermarker/'));
	expect(of(config, pickle, safe)).toEqual([safe, config]);
	expect(of(config, pickle)).toEqual([config, pickle]);
	expect(of()).toEqual([]);
});

test('stage II has a second schedule', () => {
	const second = 'image_noising_scheduler/scheduler_config.json';
	expect(neededFiles([...COMMON, ...UNET, second], 'half').network).toContain(second);
});
