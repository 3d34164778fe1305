/** A view of nine squares hinged at their corners: each makes a quarter turn, its neighbours in the opposite direction. */
import { blockSide } from './blocks.ts';
import { permutationView } from './permutation.ts';
import { turn } from './turn.ts';
import type { View } from './view.ts';

const SQUARES = 3;

/** The middle square and the corners turn clockwise. Pixels left over on the right and at the bottom stay. */
export function squareHingeView(size: number): View {
	const block = blockSide(size);
	const side = block * Math.floor(size / block / SQUARES);
	return permutationView(size, (row, column) => {
		const [down, across] = [Math.floor(row / side), Math.floor(column / side)];
		if (down >= SQUARES || across >= SQUARES) return [row, column];
		const clockwise = (down + across) % 2 === 0;
		const [sourceRow, sourceColumn] = turn(side, [row % side, column % side], clockwise ? -1 : 1);
		return [down * side + sourceRow, across * side + sourceColumn];
	});
}
