import { describe, expect, it } from 'vitest';
import { enlarge, mosaic, previewOf } from '../../../../gpu/pipelines/digits/picture.ts';
import { asPicture } from '../../../../gpu/tensor/grey.ts';
import { tensor } from '../../../../gpu/tensor/tensor.ts';
import { toyDigit } from './toy-digits.ts';

const flat = (value: number) => tensor(new Float32Array(4).fill(value), [1, 2, 2]);

describe('digits as pictures', () => {
	it('are grey, with 0 as black and 1 as white', () => {
		const picture = asPicture(tensor(Float32Array.of(0, 0.25, 1, 1.5), [1, 2, 2]));
		expect(picture.shape).toEqual([3, 2, 2]);
		expect([...picture.data]).toEqual([-1, -0.5, 1, 2, -1, -0.5, 1, 2, -1, -0.5, 1, 2]);
	});

	it('are laid out in rows and columns', () => {
		const { data, shape } = mosaic([flat(1), flat(2), flat(3)], 2);
		expect(shape).toEqual([1, 4, 4]);
		expect([...data]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 0, 0, 3, 3, 0, 0]);
	});

	it('are enlarged without smoothing', () => {
		const { data, shape } = enlarge(tensor(Float32Array.of(1, 2, 3, 4), [2, 1, 2]), 2);
		expect(shape).toEqual([2, 2, 4]);
		expect([...data]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
	});

	it.each([
		[1, 56, 40, 1],
		[3, 55, 55, -1],
		[4, 60, 60, 1],
		[40, 30, 30, 1],
	])('%d of them fill a preview of 112 pixels', (count, row, column, expected) => {
		const preview = previewOf(Array.from({ length: count }, () => toyDigit(27)));
		expect(preview.shape).toEqual([3, 112, 112]);
		expect(preview.data[0]).toBe(1);
		if (count === 3)
			expect(preview.data[111 * 112 + 111]).toBe(-1); // the empty fourth cell
		else expect(preview.data[row * 112 + column]).toBe(expected);
	});
});
