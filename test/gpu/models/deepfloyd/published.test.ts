/** A tiny DeepFloyd laid out as published: with the directories, file names and configurations of diffusers and the hub. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Device } from '../../../../gpu/device.ts';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { fromFloat16Bits } from '../../../../gpu/models/float16.ts';
import { ModelLibrary } from '../../../../gpu/models/library.ts';
import { writeTensorFile } from '../../../../gpu/models/pytorch/write-tensor-file.ts';
import { openTextEncoder } from '../../../../gpu/models/text-encoders.ts';
import type { PipelineContext } from '../../../../gpu/pipelines/pipeline.ts';
import { textToImage } from '../../../../gpu/pipelines/text-to-image.ts';
import { upscale } from '../../../../gpu/pipelines/upscale.ts';
import { encodePng } from '../../../../gpu/tensor/image.ts';
import { cacheRepository, downloadRepository, STAGE_1, STAGE_2 } from '../../../fakes/deepfloyd.ts';
import { type FileTensors, loadGolden, loadTensors, relativeRms, saveTensors, toHalf } from '../safetensors-files.ts';

const device: Device = { provider: 'cpu', threads: 1 };
/** The same prompts, seeds and steps as in test/fixtures/deepfloyd/make.py. */
const golden = loadGolden('test/fixtures/deepfloyd/golden.safetensors');
const PROMPT = 'A photo of a dog';
const COMMON = { negativePrompt: '', sampler: 'ddpm' } as const;
const GENERATE: JobOf<'generate'> = {
	...COMMON,
	kind: 'generate',
	model: STAGE_1,
	prompt: PROMPT,
	count: 1,
	seed: 11,
	steps: 5,
	guidanceScale: 7,
};
const UPSCALE: JobOf<'upscale'> = {
	...COMMON,
	kind: 'upscale',
	model: STAGE_2,
	image: 'a'.repeat(64),
	prompts: [PROMPT],
	through: { kind: 'views', views: [] },
	seed: 12,
	steps: 4,
	guidanceScale: 4,
	noiseLevel: 250,
};

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'published-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The relative RMS difference between the picture of a model in `folder` and diffusers' picture. */
async function differenceOf(name: string): Promise<number> {
	const library = new ModelLibrary({ folders: [folder] });
	const denoiser = await library.open(await library.find(name), device);
	const context: PipelineContext = {
		denoiser,
		signal: new AbortController().signal,
		loadImage: async () => golden('pixels'),
		loadBytes: () => encodePng(golden('pixels')),
		onStep() {},
	};
	const isStage2 = name === STAGE_2;
	const { images } = isStage2 ? await upscale(UPSCALE, context) : await textToImage(GENERATE, context);
	await denoiser.close();
	return relativeRms(images[0].pixels.data, golden(isStage2 ? 'stage2' : 'stage1').data);
}

test('both stages agree with diffusers from the cache, stage II with the encoder of stage I', async () => {
	cacheRepository(folder, STAGE_1);
	cacheRepository(folder, STAGE_2);
	expect(await differenceOf(STAGE_1)).toBeLessThan(1e-3);
	expect(await differenceOf(STAGE_2)).toBeLessThan(1e-3);
});

test('a .pth of embeddings works like the encoder that made it', async () => {
	const directory = downloadRepository(join(folder, 'with-encoder'), STAGE_1);
	const encoder = await openTextEncoder(directory, device);
	const embed = async (prompt: string) => {
		const { data } = await encoder.encode(encoder.normalise(prompt));
		const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		return [prompt, { dtype: 'float32', shape: [1, 77, encoder.width], bytes }] as const;
	};
	const file = writeTensorFile(new Map(await Promise.all(['', 'a photo of a dog'].map(embed))));
	await encoder.close();
	rmSync(directory, { recursive: true });

	const stage1 = downloadRepository(join(folder, STAGE_1), STAGE_1, { encoder: false });
	downloadRepository(join(folder, STAGE_2), STAGE_2);
	writeFileSync(join(stage1, 'prompt_embeds_dict.pth'), file);
	expect(await differenceOf(STAGE_1)).toBeLessThan(1e-3);
	expect(await differenceOf(STAGE_2)).toBeLessThan(1e-3);
});

describe('the weights of stage I', () => {
	const BASE = 'diffusion_pytorch_model';
	const SHARDS = [1, 2].map((i) => `${BASE}-0000${i}-of-00002`);
	let unet: string;
	let weights: FileTensors;
	beforeEach(() => {
		unet = join(downloadRepository(join(folder, STAGE_1), STAGE_1), 'unet');
		weights = loadTensors(join(unet, `${BASE}.fp16.safetensors`));
		rmSync(join(unet, `${BASE}.fp16.safetensors`));
	});

	/** Saves two shards and their index, with names that versions of diffusers have used. */
	function saveShards(index: string, shards: readonly string[]) {
		const names = [...weights.keys()];
		const parts = [names.slice(0, 40), names.slice(40)];
		for (const [i, part] of parts.entries())
			saveTensors(join(unet, shards[i]), new Map(part.map((name) => [name, weights.get(name)!])));
		const weightMap = parts.flatMap((part, i) => part.map((name) => [name, shards[i]]));
		const json = { metadata: { total_size: 215_364 }, weight_map: Object.fromEntries(weightMap) };
		writeFileSync(join(unet, index), JSON.stringify(json));
	}

	test.each([
		[
			`${BASE}.safetensors.index.fp16.json`,
			SHARDS.map((shard) => `${shard.replace('model', 'model.fp16')}.safetensors`),
		],
		[`${BASE}.safetensors.fp16.index.json`, SHARDS.map((shard) => `${shard}.fp16.safetensors`)],
		[`${BASE}.safetensors.index.json`, SHARDS.map((shard) => `${shard}.safetensors`)],
	])('may be shards with %s', async (index, shards) => {
		saveShards(index, shards);
		expect(await differenceOf(STAGE_1)).toBeLessThan(1e-3);
	});

	test.each([`${BASE}.safetensors`, 'model.fp16.safetensors'])('may be called %s', async (name) => {
		saveTensors(join(unet, name), weights);
		expect(await differenceOf(STAGE_1)).toBeLessThan(1e-3);
	});

	test('may be bfloat16, to two digits', async () => {
		saveTensors(join(unet, `${BASE}.safetensors`), toHalf(asFloats(weights), 'BF16'));
		expect(await differenceOf(STAGE_1)).toBeLessThan(0.3);
	});

	test('are refused if bfloat16 is declared as float16, or the other way round', async () => {
		const floats = toHalf(asFloats(weights), 'BF16');
		const called = (tensors: FileTensors, dtype: string) =>
			new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, dtype }]));
		saveTensors(join(unet, `${BASE}.safetensors`), called(floats, 'F16'));
		const summary = () => new ModelLibrary({ folders: [folder] }).summarise(STAGE_1, join(folder, STAGE_1));
		await expect(summary()).rejects.toThrow(/\.safetensors: tensor .* says that it is float16, but .* are bfloat16/);
		saveTensors(join(unet, `${BASE}.safetensors`), called(weights, 'BF16'));
		await expect(summary()).rejects.toThrow(/says that it is bfloat16, but its numbers are float16/);
	});

	test('are refused if a tensor has NaN, by name', async () => {
		const { bytes, ...rest } = weights.get('conv_out.bias')!;
		const damaged = Uint8Array.from(bytes).fill(0xff, bytes.length - 2);
		saveTensors(
			join(unet, `${BASE}.safetensors`),
			new Map([...weights, ['conv_out.bias', { ...rest, bytes: damaged }]]),
		);
		await expect(differenceOf(STAGE_1)).rejects.toThrow(
			`${BASE}.safetensors: tensor "conv_out.bias" holds NaN or infinity; download the file again`,
		);
	});

	test('are refused as only .bin, with what to download', async () => {
		writeFileSync(join(unet, `${BASE}.bin`), '');
		await expect(differenceOf(STAGE_1)).rejects.toThrow(
			/only "diffusion_pytorch_model\.bin", which can run code.*\.safetensors/,
		);
	});

	test('are refused if a shard is missing, by name', async () => {
		const shards = SHARDS.map((shard) => `${shard}.safetensors`);
		saveShards(`${BASE}.safetensors.index.json`, shards);
		rmSync(join(unet, shards[1]));
		await expect(differenceOf(STAGE_1)).rejects.toThrow(shards[1]);
	});

	test('are refused if a link in the cache is broken', async () => {
		symlinkSync('../../blobs/gone', join(unet, `${BASE}.fp16.safetensors`));
		await expect(differenceOf(STAGE_1)).rejects.toThrow(`${BASE}.fp16.safetensors`);
	});
});

/** Converts fp16 tensors to full precision. */
function asFloats(tensors: FileTensors): FileTensors {
	return new Map(
		[...tensors].map(([name, { shape, bytes }]) => {
			const floats = Float32Array.from(new Uint16Array(bytes.buffer), fromFloat16Bits);
			return [name, { dtype: 'F32', shape, bytes: new Uint8Array(floats.buffer) }];
		}),
	);
}
