/** Compares the bundled models with diffusers (test/fixtures/bundled/make.py). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { ModelLibrary } from '../../../gpu/models/library.ts';
import { relativeRms } from './safetensors-files.ts';

interface Golden {
	readonly prompt: string;
	readonly t: number;
	readonly noiseLevel: number;
	readonly seed: number;
	readonly lowResolutionSeed: number;
	readonly stride: number;
	readonly estimates: readonly { readonly model: string; readonly every: readonly number[] }[];
}

const library = new ModelLibrary();

const golden = JSON.parse(readFileSync('test/fixtures/bundled/estimates.json', 'utf8')) as Golden;

test('every bundled model has golden values', async () => {
	const names = [...(await library.list()).keys()];
	expect(golden.estimates.map(({ model }) => model).sort()).toEqual(names.sort());
});

test.each(golden.estimates)('$model agrees with diffusers', async ({ model, every }) => {
	const directory = await library.find(model);
	const denoiser = await library.open(directory, { provider: 'cpu', threads: 1 });
	const { stage } = await library.summarise(model, directory);
	const x = new TorchGenerator(golden.seed).randn(denoiser.shape); // [3, S, S]
	const { noise, variance } = await denoiser.predict(x, golden.t, {
		prompt: golden.prompt,
		...(stage === 2 && {
			lowResolution: new TorchGenerator(golden.lowResolutionSeed).randn(denoiser.shape),
			noiseLevel: golden.noiseLevel,
		}),
	});
	const all = [...noise.data, ...(variance?.data ?? [])];
	const looked = Float32Array.from({ length: every.length }, (_, i) => all[i * golden.stride]);
	expect(relativeRms(looked, Float32Array.from(every))).toBeLessThan(1e-4);
});
