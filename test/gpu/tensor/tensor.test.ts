import { describe, expect, it } from 'vitest';
import {
	assertSameShape,
	combine,
	concatenate,
	map,
	mean,
	sizeOf,
	sum,
	tensor,
	zeros,
} from '../../../gpu/tensor/tensor.ts';

const a = tensor(Float32Array.of(1, 2, 3, 4), [1, 2, 2]);
const b = tensor(Float32Array.of(10, 20, 30, 40), [1, 2, 2]);

describe('tensors', () => {
	it('have the size of their shape', () => {
		expect(sizeOf([3, 4, 5])).toBe(60);
		expect(sizeOf([])).toBe(1);
		expect(zeros([2, 3]).data).toEqual(new Float32Array(6));
	});

	it('cannot be made from data that does not fill the shape', () => {
		expect(() => tensor(new Float32Array(5), [2, 3])).toThrow('shape [2,3] needs 6 values, got 5');
	});

	it('join arrays, without copying a single one', () => {
		expect(concatenate([a.data, Float32Array.of(5), b.data])).toEqual(Float32Array.of(1, 2, 3, 4, 5, 10, 20, 30, 40));
		expect(concatenate([a.data])).toBe(a.data);
	});

	it('can be mapped, combined, averaged and summed without changing the arguments', () => {
		expect([...map(a, (value, i) => value * i).data]).toEqual([0, 2, 6, 12]);
		expect(combine(2, a, -0.1, b)).toEqual(tensor(Float32Array.of(1, 2, 3, 4), [1, 2, 2]));
		expect(mean([a, b, a])).toEqual(tensor(Float32Array.of(4, 8, 12, 16), [1, 2, 2]));
		expect(sum([a, b, a])).toEqual(tensor(Float32Array.of(12, 24, 36, 48), [1, 2, 2]));
		expect([...a.data, ...b.data]).toEqual([1, 2, 3, 4, 10, 20, 30, 40]);
	});

	it('cannot be combined across shapes, and none cannot be averaged or summed', () => {
		const flat = tensor(a.data, [4]);
		expect(() => assertSameShape(a, flat, 'here')).toThrow('here: shapes differ, [1,2,2] and [4]');
		expect(() => combine(1, a, 1, flat)).toThrow('combine: shapes differ');
		expect(() => mean([a, flat])).toThrow('mean: shapes differ');
		expect(() => mean([])).toThrow('mean: needs at least one tensor');
		expect(() => sum([])).toThrow('sum: needs at least one tensor');
	});
});
