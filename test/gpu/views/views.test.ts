import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { UserError } from '../../../gpu/errors.ts';
import { map, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';
import { parseView, VIEW_NAMES, VIEWS } from '../../../gpu/views/index.ts';
import { permutationView } from '../../../gpu/views/permutation.ts';
import { maxDifference } from '../diffusion/golden.ts';

/** Digits, stage I, stage II. */
const SIZES = [28, 64, 256];

function dot(a: Tensor, b: Tensor): number {
	return a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);
}

describe.each(VIEW_NAMES)('the view %s', (name) => {
	it.each(SIZES)('has an exact inverse at %d', (size) => {
		const view = VIEWS[name].create(size);
		const x = new TorchGenerator(size).randn([3, size, size]);
		const seen = view.apply(x);
		expect(seen.shape).toEqual(x.shape);
		expect(maxDifference(seen, x)).toBeGreaterThan(1);
		expect(maxDifference(view.invertNoise(seen), x)).toBe(0);
		expect(maxDifference(view.apply(view.invertNoise(x)), x)).toBe(0);
	});

	it.each(SIZES)('is orthogonal at %d: the inverse is the transpose', (size) => {
		const view = VIEWS[name].create(size);
		const generator = new TorchGenerator(size + 1);
		const x = generator.randn([3, size, size]);
		const y = generator.randn([3, size, size]);
		expect(dot(view.apply(x), view.apply(y))).toBeCloseTo(dot(x, y), 6);
		expect(dot(view.apply(x), y)).toBeCloseTo(dot(x, view.invertNoise(y)), 6);
	});

	it('brings variances back to their pixels without turning their sign', () => {
		const view = VIEWS[name].create(28);
		const positions = tensor(
			Float32Array.from({ length: 28 * 28 }, (_, i) => i + 1),
			[1, 28, 28],
		);
		const back = view.invertVariance(map(view.apply(positions), Math.abs));
		expect(back).toEqual(positions);
	});

	it('takes any number of channels and treats them alike', () => {
		const view = VIEWS[name].create(28);
		const one = new TorchGenerator(3).randn([1, 28, 28]);
		const seen = view.apply(one);
		const two = view.apply(tensor(Float32Array.of(...one.data, ...one.data), [2, 28, 28]));
		expect(two.data).toEqual(Float32Array.of(...seen.data, ...seen.data));
	});
});

describe('flip', () => {
	it('turns the picture upside down', () => {
		const seen = VIEWS.flip.create(2).apply(tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2]));
		expect([...seen.data]).toEqual([3, 4, 1, 2, 7, 8, 5, 6]);
	});
});

describe('permutationView', () => {
	it('undoes permutations that are not their own inverse', () => {
		const roll = permutationView(3, (row, column) => [row, (column + 1) % 3]);
		const x = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), [1, 3, 3]);
		expect([...roll.apply(x).data]).toEqual([2, 3, 1, 5, 6, 4, 8, 9, 7]);
		expect([...roll.invertNoise(x).data]).toEqual([3, 1, 2, 6, 4, 5, 9, 7, 8]);
		expect(roll.invertNoise(roll.apply(x))).toEqual(x);
	});

	it('refuses a map that takes a pixel twice or one that is not there', () => {
		expect(() => permutationView(2, () => [0, 0])).toThrow('not a permutation: pixel 0');
		expect(() => permutationView(2, (row, column) => [row + 1, column])).toThrow('not a permutation: pixel 4');
	});

	it('refuses pictures of another size', () => {
		const view = permutationView(2, (row, column) => [row, column]);
		expect(() => view.apply(new TorchGenerator(0).randn([1, 3, 3]))).toThrow('[C, 2, 2], got [1,3,3]');
	});
});

describe('parseView', () => {
	it('reads every name of the table, in any case and with spaces around', () => {
		for (const name of VIEW_NAMES) expect(parseView(` ${name.toUpperCase()} `)).toBe(name);
	});

	it('lists the views when it does not know one', () => {
		expect(() => parseView('flpi')).toThrow(UserError);
		expect(() => parseView('flpi')).toThrow(/^There is no view "flpi"; the views are: flip/);
		expect(() => parseView('kaleidoscope')).toThrow(/^There is no view "kaleidoscope"; the views are: flip/);
		expect(() => parseView('toString')).toThrow('There is no view "toString"');
	});
});
