import { describe, expect, it } from 'vitest';
import { frechetDistance } from '../../eval/frechet.ts';
import { eigenvalues, symmetricRoot } from '../../eval/symmetric.ts';
import { TorchGenerator } from '../../gpu/diffusion/noise.ts';
import { tensor } from '../../gpu/tensor/tensor.ts';

describe('a symmetric matrix', () => {
	it('has the right eigenvalues and square root', () => {
		// The second difference: 2 − 2 cos(kπ/6) for k = 1..5.
		const size = 5;
		const matrix = Float64Array.from({ length: 25 }, (_, i) => {
			const off = Math.abs(Math.floor(i / size) - (i % size));
			return off === 0 ? 2 : off === 1 ? -1 : 0;
		});
		const expected = [1, 2, 3, 4, 5].map((k) => 2 - 2 * Math.cos((k * Math.PI) / 6));
		const found = [...eigenvalues(matrix, size)].sort((a, b) => a - b);
		expected.forEach((value, i) => {
			expect(found[i]).toBeCloseTo(value, 10);
		});
		const root = symmetricRoot(matrix, size);
		for (let i = 0; i < size; i++) {
			for (let j = 0; j < size; j++) {
				let square = 0;
				for (let k = 0; k < size; k++) square += root[i * size + k] * root[k * size + j];
				expect(square).toBeCloseTo(matrix[i * size + j], 10);
			}
		}
	});
});

describe('the Fréchet distance', () => {
	const COUNT = 4000;
	/** Two independent features with these means and standard deviations. */
	const features = (seed: number, [m0, m1]: number[], [s0, s1]: number[]) => {
		const noise = new TorchGenerator(seed).randn([COUNT, 2]);
		return tensor(
			noise.data.map((value, i) => (i % 2 ? m1 + s1 * value : m0 + s0 * value)),
			[COUNT, 2],
		);
	};

	it('is zero between a set and itself', () => {
		const set = features(1, [3, -1], [1, 2]);
		expect(frechetDistance(set, set)).toBeCloseTo(0, 8);
	});

	it('is that of the normal distributions that the sets were drawn from', () => {
		const distance = frechetDistance(features(1, [0, 0], [1, 2]), features(2, [3, 0], [2, 5]));
		expect(distance).toBeCloseTo(9 + 1 + 9, 0); // |Δμ|² + Σ (σ1 − σ2)²
	});

	it('depends on correlation', () => {
		const loose = features(1, [0, 0], [1, 1]);
		const tied = tensor(
			loose.data.map((_, i) => loose.data[i - (i % 2)]),
			[COUNT, 2],
		);
		// C1 = I, C2 = ones: tr(I + ones) − 2 tr(ones^½) = 4 − 2√2.
		expect(frechetDistance(loose, tied)).toBeCloseTo(4 - 2 * Math.SQRT2, 1);
	});

	it('needs at least two examples in each set', () => {
		expect(() => frechetDistance(tensor(new Float32Array(2), [1, 2]), features(1, [0, 0], [1, 1]))).toThrow(RangeError);
	});
});
