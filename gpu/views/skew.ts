/** A view that slants the picture: every column is rolled down by an amount that grows from left to right. */
import { blockSide } from './blocks.ts';
import { permutationView } from './permutation.ts';
import type { View } from './view.ts';

/** Rows per column, as in the authors' implementation of Visual Anagrams. */
const SLOPE = 1.5;

/** What rolls out at the bottom comes back in at the top; the middle column stays. */
export function skewView(size: number): View {
	const block = blockSide(size);
	const middle = Math.floor(size / block / 2);
	return permutationView(size, (row, column) => {
		const shift = block * Math.trunc(SLOPE * (Math.floor(column / block) - middle));
		return [modulo(row - shift, size), column];
	});
}

const modulo = (value: number, divisor: number) => ((value % divisor) + divisor) % divisor;
