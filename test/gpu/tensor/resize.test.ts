import { expect, test } from 'vitest';
import { resizeBilinear } from '../../../gpu/tensor/resize.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';
import { maxDifference, unpack } from '../diffusion/golden.ts';
import { upscaleSample } from '../pipelines/upscale-sample.ts';

test('enlarges like PyTorch with aligned corners', () => {
	const enlarged = unpack(upscaleSample.enlarged);
	expect(enlarged.shape).toEqual([3, 16, 16]);
	expect(maxDifference(resizeBilinear(unpack(upscaleSample.picture), 16), enlarged)).toBeLessThan(1e-6);
});

test('is linear between the corners', () => {
	const x = tensor(Float32Array.of(0, 3, 6, 9), [1, 2, 2]);
	const expected = tensor(Float32Array.of(0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9), [1, 4, 4]);
	expect(maxDifference(resizeBilinear(x, 4), expected)).toBeLessThan(1e-6);
	expect(resizeBilinear(x, 2)).toEqual(x);
});

test('enlarges non-square pictures and single pixels', () => {
	const x = tensor(Float32Array.of(0, 4), [1, 1, 2]);
	expect(resizeBilinear(x, 3)).toEqual(tensor(Float32Array.of(0, 2, 4, 0, 2, 4, 0, 2, 4), [1, 3, 3]));
	expect(resizeBilinear(x, 1)).toEqual(tensor(Float32Array.of(0), [1, 1, 1]));
});
