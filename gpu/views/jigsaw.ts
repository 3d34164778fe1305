/**
 * A jigsaw puzzle of 4 x 4 pieces that can be put together in another way: corners swap with corners, edges with edges and
 * inner pieces with inner pieces, each turned to fit its new place.
 *
 * The pieces fit because the puzzle looks the same after a quarter turn, and both edge pieces of a side have the same outline:
 *
 *     c e e c      Around the rim every piece has a tab towards the next one clockwise, and so do the inner four.
 *     e i i e      Inner pieces have a second tab, pointing outwards.
 *     e i i e
 *     c e e c
 */
import { blockSide } from './blocks.ts';
import { permutationView } from './permutation.ts';
import { SHUFFLE_SEED, shuffler } from './shuffle.ts';
import { type Cell, turn } from './turn.ts';
import type { View } from './view.ts';

/** Pieces per side. */
const PIECES = 4;

/** A tab is a disc that overlaps the seam: its radius, and the distance of its centre from the seam, in piece sides. */
const TAB_RADIUS = 0.2;
const TAB_DISTANCE = 0.16;

/** Where a piece's neighbour below and to the left is. */
const BELOW: Cell = [1, 0];
const LEFT: Cell = [0, -1];

/** Places that quarter turns of the puzzle take into each other: the first of them, and the sides where a tab comes in. */
const ORBITS: readonly {
	readonly kind: 'corner' | 'inner' | 'edge';
	readonly first: Cell;
	readonly holes: readonly Cell[];
}[] = [
	{ kind: 'corner', first: [0, 0], holes: [BELOW] },
	{ kind: 'inner', first: [1, 1], holes: [BELOW] },
	{ kind: 'edge', first: [0, 1], holes: [LEFT, BELOW] },
	{ kind: 'edge', first: [0, 2], holes: [LEFT, BELOW] },
];

/** A place on the board: the first of its orbit after `quarters` clockwise quarter turns. */
type Spot = (typeof ORBITS)[number] & { readonly quarters: number };

const SPOTS: readonly Spot[] = ORBITS.flatMap((orbit) => [0, 1, 2, 3].map((quarters) => ({ ...orbit, quarters })));

/** The spot at each square of the board, row by row. */
const BOARD: readonly Spot[] = Array.from({ length: PIECES ** 2 }, (_, i) => {
	const square: Cell = [Math.floor(i / PIECES), i % PIECES];
	return SPOTS.find(({ first, quarters }) => isSame(turn(PIECES, first, quarters), square)) as Spot;
});

/** Throws a RangeError unless `size` is a multiple of 4, so that all pieces are the same size. */
export function jigsawView(size: number): View {
	if (size % PIECES !== 0) throw new RangeError(`a jigsaw's side must be a multiple of ${PIECES} pixels, got ${size}`);
	const block = blockSide(size);
	const cameFrom = shuffledSpots();
	return permutationView(size, (row, column) => {
		const spot = pieceAt(size / block, [Math.floor(row / block), Math.floor(column / block)]);
		const source = cameFrom.get(spot) as Spot;
		// To the first place of its orbit, over to the other edge of that side if need be, and around to its own place.
		const [firstRow, firstColumn] = turn(size, [row, column], -spot.quarters);
		const over = ((source.first[1] - spot.first[1]) * size) / PIECES;
		return turn(size, [firstRow, firstColumn + over], source.quarters);
	});
}

/** Maps every spot to the spot, of the same kind, whose piece goes there. */
function shuffledSpots(): ReadonlyMap<Spot, Spot> {
	const shuffle = shuffler(SHUFFLE_SEED);
	const pairs = (['corner', 'inner', 'edge'] as const).flatMap((kind) => {
		const spots = SPOTS.filter((spot) => spot.kind === kind);
		const order = shuffle(spots.length);
		return spots.map((spot, i) => [spot, spots[order[i]]] as const);
	});
	return new Map(pairs);
}

/** The spot whose piece a pixel belongs to: that of its square, or a neighbour whose tab reaches it. */
function pieceAt(size: number, pixel: Cell): Spot {
	const side = size / PIECES;
	const [row, column] = pixel;
	const spot = BOARD[Math.floor(row / side) * PIECES + Math.floor(column / side)];
	const [turnedRow, turnedColumn] = turn(size, pixel, -spot.quarters);
	// From the centre of the square, in piece sides: -0.5..0.5.
	const [firstRow, firstColumn] = spot.first;
	const y = (turnedRow + 0.5) / side - firstRow - 0.5;
	const x = (turnedColumn + 0.5) / side - firstColumn - 0.5;
	const reached = spot.holes.find(([down, right]) => {
		const middle = 0.5 - TAB_DISTANCE;
		return Math.hypot(y - middle * down, x - middle * right) < TAB_RADIUS;
	});
	if (!reached) return spot;
	const [neighbourRow, neighbourColumn] = turn(
		PIECES,
		[firstRow + reached[0], firstColumn + reached[1]],
		spot.quarters,
	);
	return BOARD[neighbourRow * PIECES + neighbourColumn];
}

function isSame([row, column]: Cell, [otherRow, otherColumn]: Cell): boolean {
	return row === otherRow && column === otherColumn;
}
