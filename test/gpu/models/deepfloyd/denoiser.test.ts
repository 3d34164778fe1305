import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { addNoise } from '../../../../gpu/diffusion/schedule.ts';
import { ModelError } from '../../../../gpu/errors.ts';
import { readUNetConfig } from '../../../../gpu/models/deepfloyd/config.ts';
import { batchSizes, createDenoiser, openUNet } from '../../../../gpu/models/deepfloyd/denoiser.ts';
import type { Condition, OpenedDenoiser } from '../../../../gpu/models/denoiser.ts';
import { ModelLibrary } from '../../../../gpu/models/library.ts';
import type { TextEncoder } from '../../../../gpu/models/text-encoder.ts';
import type { Tensor } from '../../../../gpu/tensor/tensor.ts';
import { loadGolden, relativeRms } from '../safetensors-files.ts';

const BUNDLED = 'assets/models/emoji-if';
const device = { provider: 'cpu', threads: 1 } as const;

/** Encodes "first" and "second" as the golden text, anything else as numbers derived from its letters. */
function fakeEncoder(golden: ReturnType<typeof loadGolden>, encoded: string[]): TextEncoder {
	const text = golden('encoder_hidden_states').data;
	const size = 77 * 48;
	return {
		width: 48,
		normalise: (prompt) => prompt.trim().toLowerCase(),
		async encode(prompt) {
			encoded.push(prompt);
			if (prompt === 'broken') throw new Error('cannot read this');
			const known = ['first', 'second'].indexOf(prompt);
			const made = Float32Array.from({ length: size }, (_, i) => Math.sin(i + [...prompt].length));
			return { data: known < 0 ? made : text.slice(known * size, (known + 1) * size), shape: [77, 48] };
		},
		tokensCut: (prompt) => prompt.length,
		close: async () => {},
	};
}

/** A fixture's denoiser, with the sizes of its batches and the prompts that it encodes. */
async function fixtureDenoiser(stage: 'stage1' | 'stage2') {
	const folder = join('test/fixtures/unet', stage);
	const golden = loadGolden(join(folder, 'golden.safetensors'));
	const config = await readUNetConfig(join(folder, 'config.json'));
	const { prompt, step, whyNaN } = await openUNet(folder, config, device);
	const batches: number[] = [];
	const encoded: string[] = [];
	const counted: typeof step = {
		run(feeds) {
			batches.push(feeds.sample.shape[0]);
			return step.run(feeds);
		},
		close: () => step.close(),
	};
	const schedule = { alphasCumprod: new Float32Array(1000) };
	const denoiser = createDenoiser({
		whyNaN,
		config,
		schedule,
		encoder: fakeEncoder(golden, encoded),
		sizes: batchSizes(config, device),
		prompt,
		step: counted,
	});
	/** Part `part` of sample i of a golden tensor [B, C, 16, 16] whose channels consist of `parts` parts. */
	const picture = (name: string, i: number, part = 0, parts = 1): Tensor => {
		const { data, shape } = golden(name);
		const size = (shape[1] / parts) * 256;
		const start = i * shape[1] * 256 + part * size;
		return { data: data.slice(start, start + size), shape: [shape[1] / parts, 16, 16] };
	};
	return { denoiser, batches, encoded, golden, picture };
}

type Fixture = Awaited<ReturnType<typeof fixtureDenoiser>>;

describe('stage I', () => {
	let fixture: Fixture;
	let denoiser: OpenedDenoiser;
	beforeAll(async () => {
		fixture = await fixtureDenoiser('stage1');
		denoiser = fixture.denoiser;
	});
	beforeEach(() => {
		fixture.batches.length = 0;
		fixture.encoded.length = 0;
	});
	afterAll(() => denoiser.close());

	test('agrees with diffusers on noise and variance', async () => {
		const { picture, golden } = fixture;
		const estimates = await Promise.all(
			['First ', 'second'].map((prompt, i) =>
				denoiser.predict(picture('sample', i), golden('timestep').data[i], { prompt }),
			),
		);
		for (const [i, { noise, variance }] of estimates.entries()) {
			expect(noise.shape).toEqual([3, 16, 16]);
			expect(relativeRms(noise.data, picture('estimate', i, 0, 2).data)).toBeLessThan(1e-4);
			expect(relativeRms(variance!.data, picture('estimate', i, 1, 2).data)).toBeLessThan(1e-4);
		}
		expect(fixture.batches).toEqual([2]);
	});

	test('gives the same in a batch as alone', async () => {
		const calls = Array.from({ length: 7 }, (_, i) => ({
			x: { data: Float32Array.from({ length: 768 }, (_, at) => Math.sin(at * (i + 1))), shape: [3, 16, 16] },
			t: 990 - 100 * i,
			prompt: ['', 'a dog', 'a cat'][i % 3],
		}));
		const together = await Promise.all(calls.map(({ x, t, prompt }) => denoiser.predict(x, t, { prompt })));
		expect(fixture.batches).toEqual([4, 2, 1]);
		for (const [i, { x, t, prompt }] of calls.entries()) {
			const alone = await denoiser.predict(x, t, { prompt });
			expect(relativeRms(together[i].noise.data, alone.noise.data)).toBeLessThan(1e-5);
			const again = await denoiser.predict(x, t, { prompt });
			expect(again.noise.data).toEqual(alone.noise.data);
		}
		const others = relativeRms(together[0].noise.data, together[1].noise.data);
		expect(others).toBeGreaterThan(1e-2);
	});

	test('encodes a prompt once, trimmed and in lower case', async () => {
		const x = fixture.picture('sample', 0);
		const prompts = ['An Owl', 'an owl ', 'an owl'];
		await Promise.all(prompts.map((prompt) => denoiser.predict(x, 0, { prompt })));
		await denoiser.predict(x, 10, { prompt: 'AN OWL' });
		expect(fixture.encoded).toEqual(['an owl']);
		expect(await denoiser.tokensCut(' Owl ')).toBe(3);
	});

	test('fails only the call whose prompt cannot be encoded, and retries it', async () => {
		const x = fixture.picture('sample', 0);
		const results = await Promise.allSettled(['', 'broken', ''].map((prompt) => denoiser.predict(x, 0, { prompt })));
		expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		await expect(denoiser.predict(x, 0, { prompt: 'broken' })).rejects.toThrow('cannot read this');
		expect(fixture.encoded.filter((prompt) => prompt === 'broken')).toHaveLength(2);
	});

	test.each<[string, readonly number[], number, Condition]>([
		['x must be [3,16,16], got [3,8,8]', [3, 8, 8], 0, { prompt: '' }],
		['t must be 0..999, got 1000', [3, 16, 16], 1000, { prompt: '' }],
		['t must be 0..999, got NaN', [3, 16, 16], Number.NaN, { prompt: '' }],
		['takes no low-resolution picture', [3, 16, 16], 0, { prompt: '', noiseLevel: 1 }],
	])('refuses a call: %s', async (message, shape, t, condition) => {
		const x = { data: new Float32Array(shape.reduce((a, b) => a * b)), shape };
		await expect(denoiser.predict(x, t, condition)).rejects.toThrow(message);
		expect(fixture.batches).toEqual([]);
	});
});

describe('stage II', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await fixtureDenoiser('stage2');
	});
	afterAll(() => fixture.denoiser.close());

	test('adds the low-resolution picture, and agrees with diffusers on noise', async () => {
		const { denoiser, picture, golden } = fixture;
		expect(denoiser.shape).toEqual([3, 16, 16]);
		const estimates = await Promise.all(
			['first', 'second'].map((prompt, i) =>
				denoiser.predict(picture('sample', i, 0, 2), golden('timestep').data[i], {
					prompt,
					lowResolution: picture('sample', i, 1, 2),
					noiseLevel: golden('noise_level').data[i],
				}),
			),
		);
		for (const [i, { noise }] of estimates.entries()) {
			expect(relativeRms(noise.data, picture('estimate', i, 0, 2).data)).toBeLessThan(1e-4);
		}
	});

	test('refuses a call without the low-resolution picture or its noise level', async () => {
		const { denoiser, picture } = fixture;
		const x = picture('sample', 0, 0, 2);
		await expect(denoiser.predict(x, 0, { prompt: '' })).rejects.toThrow(
			'lowResolution must be [3,16,16], got [nothing]',
		);
		const condition = { prompt: '', lowResolution: x };
		await expect(denoiser.predict(x, 0, condition)).rejects.toThrow('noiseLevel must be 0..999, got undefined');
	});
});

test.each([
	['cpu', 64, [1, 2, 4]],
	['cuda', 64, [1, 2]],
	['webgpu', 64, [1, 2, 4, 8]],
	['cuda', 256, [1, 2]],
	['webgpu', 256, [1, 2]],
] as const)('batch sizes on %s at %i pixels are %j', async (provider, sampleSize, sizes) => {
	const config = await readUNetConfig(join(BUNDLED, 'unet', 'config.json'));
	expect(batchSizes({ ...config, sampleSize }, { provider })).toEqual(sizes);
});

test('a text encoder of another width is refused', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'denoiser-'));
	for (const part of ['model_index.json', 'scheduler', 'text_encoder', 'tokenizer'])
		symlinkSync(resolve(BUNDLED, part), join(directory, part));
	symlinkSync(resolve('test/fixtures/unet/stage1'), join(directory, 'unet'));
	const attempt = new ModelLibrary().open(directory, device);
	await expect(attempt).rejects.toThrow(ModelError);
	await expect(attempt).rejects.toThrow('the network reads embeddings of width 48, but those of ');
	rmSync(directory, { recursive: true });
});

/** Pearson's correlation of two lists of numbers of the same length. */
function correlation(a: Float32Array, b: Float32Array): number {
	const centred = (values: Float32Array) => {
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
		return values.map((value) => value - mean);
	};
	const dot = (p: Float32Array, q: Float32Array) => p.reduce((sum, value, i) => sum + value * q[i], 0);
	const [p, q] = [centred(a), centred(b)];
	return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
}

describe('the bundled model', () => {
	let denoiser: Awaited<ReturnType<ModelLibrary['open']>>;
	beforeAll(async () => {
		denoiser = await new ModelLibrary().open(BUNDLED, device);
	});
	afterAll(() => denoiser.close());

	test('makes pictures of 64 x 64 pixels', () => {
		expect(denoiser.shape).toEqual([3, 64, 64]);
		expect(denoiser.schedule.alphasCumprod).toHaveLength(1000);
	});

	test('distinguishes noise from picture', async () => {
		// Black above white, which still dominates at t = 200.
		const x0 = {
			data: Float32Array.from({ length: 3 * 4096 }, (_, i) => (i % 4096 < 2048 ? -1 : 1)),
			shape: [3, 64, 64],
		};
		const noise = new TorchGenerator(0).randn([3, 64, 64]);
		const x = addNoise(denoiser.schedule, x0, 200, noise);
		expect(correlation(x.data, noise.data)).toBeLessThan(0.5);
		const estimate = await denoiser.predict(x, 200, { prompt: 'a photo of a dog' });
		expect(correlation(estimate.noise.data, noise.data)).toBeGreaterThan(0.9);
		expect(estimate.variance!.data.every(Number.isFinite)).toBe(true);
		const other = await denoiser.predict(x, 200, { prompt: 'a red heart' });
		expect(relativeRms(other.noise.data, estimate.noise.data)).toBeGreaterThan(1e-4);
	});
});
