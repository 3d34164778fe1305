/** Quarter turns of a square grid; exact, because they map pixels to pixels. */
import { permutationView } from './permutation.ts';
import type { View } from './view.ts';

/** A cell of a grid: its row from the top and its column from the left, both counted from 0. */
export type Cell = readonly [row: number, column: number];

/** Where `cell` lands when a grid of side `size` makes `quarters` clockwise quarter turns; negative ones turn back. */
export function turn(size: number, cell: Cell, quarters: number): Cell {
	const [row, column] = cell;
	switch (((quarters % 4) + 4) % 4) {
		case 0:
			return cell;
		case 1:
			return [column, size - 1 - row];
		case 2:
			return [size - 1 - row, size - 1 - column];
		default:
			return [size - 1 - column, row];
	}
}

/** The picture turned clockwise by `quarters` quarter turns. */
export function rotationView(size: number, quarters: number): View {
	return permutationView(size, (row, column) => turn(size, [row, column], -quarters));
}
