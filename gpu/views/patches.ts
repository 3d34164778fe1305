/** Views that cut the picture into a grid of squares and shuffle them. */
import { permutationView } from './permutation.ts';
import { SHUFFLE_SEED, shuffler } from './shuffle.ts';
import type { View } from './view.ts';

/**
 * @param most squares per side; fewer if the picture's side is not a multiple of that (7 instead of 8 at 28 pixels). The
 * order depends only on their number, so it is the same at 64 and at 256.
 */
export function patchesView(size: number, most: number): View {
	const perSide = largestDivisor(size, most);
	const side = size / perSide;
	const sources = shuffler(SHUFFLE_SEED)(perSide ** 2);
	return permutationView(size, (row, column) => {
		const source = sources[Math.floor(row / side) * perSide + Math.floor(column / side)];
		return [Math.floor(source / perSide) * side + (row % side), (source % perSide) * side + (column % side)];
	});
}

function largestDivisor(size: number, most: number): number {
	let divisor = Math.min(size, most);
	while (size % divisor !== 0) divisor--;
	return divisor;
}
