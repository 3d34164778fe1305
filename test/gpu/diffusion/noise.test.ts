import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { golden, maxDifference, unpack } from './golden.ts';

describe('TorchGenerator', () => {
	it.each(golden.noise)(
		'draws what torch.manual_seed($seed); torch.randn draws, call after call',
		({ seed, draws }) => {
			const generator = new TorchGenerator(seed);
			for (const draw of draws) {
				const expected = unpack(draw);
				const actual = generator.randn(expected.shape);
				expect(actual.shape).toEqual(expected.shape);
				expect(maxDifference(actual, expected)).toBeLessThanOrEqual(1e-6);
			}
		},
	);

	it('gives the same noise for the same seed and different noise for another', () => {
		expect(new TorchGenerator(4).randn([32])).toEqual(new TorchGenerator(4).randn([32]));
		expect(new TorchGenerator(4).randn([32])).not.toEqual(new TorchGenerator(5).randn([32]));
	});

	it.each([-1, 2 ** 32, 0.5, Number.NaN])('refuses the seed %d', (seed) => {
		expect(() => new TorchGenerator(seed)).toThrow('seed must be an integer in 0..4294967295');
	});
});
