/** A view that turns a disc in the middle upside down and leaves the rest alone. */
import { blockSide } from './blocks.ts';
import { permutationView } from './permutation.ts';
import { turn } from './turn.ts';
import type { View } from './view.ts';

/** Radius of the disc as a share of the picture's side: 24 of 64 pixels. */
export const INNER_CIRCLE_RADIUS = 3 / 8;

export function innerCircleView(size: number): View {
	const block = blockSide(size);
	const perSide = size / block;
	const fromMiddle = (pixel: number) => Math.floor(pixel / block) - (perSide - 1) / 2;
	return permutationView(size, (row, column) => {
		const inside = Math.hypot(fromMiddle(row), fromMiddle(column)) < INNER_CIRCLE_RADIUS * perSide;
		return inside ? turn(size, [row, column], 2) : [row, column];
	});
}
