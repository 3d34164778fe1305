/**
 * Shapes of values in a graph. One dimension may be unknown until the graph runs: the batch B, or a multiple of it
 * ("77B" when the tokens of all samples stand below each other). Everything else is a number.
 */

/** A size, or a multiple of the batch: 'B', '77B'. */
export type Dim = number | 'B' | `${number}B`;
export type Shape = readonly Dim[];

/** The symbolic batch dimension. */
export const BATCH = 'B';

/** A graph was put together wrongly: always a mistake in this program (wrong weights are a ModelError). */
export class ShapeError extends Error {
	override name = 'ShapeError';

	/** `expected` and `got` complete the sentence "op: expected ..., got ...". */
	constructor(op: string, expected: string, got: string) {
		super(`${op}: expected ${expected}, got ${got}`);
	}
}

/** A shape as people write it: [B, 3, 64, 64]. */
export function showShape(shape: Shape): string {
	return `[${shape.join(', ')}]`;
}

/** The number of elements as count · B^batches. */
export function countElements(shape: Shape): { count: number; batches: number } {
	let count = 1;
	let batches = 0;
	for (const dim of shape) {
		count *= typeof dim === 'number' ? dim : batchFactor(dim);
		if (typeof dim === 'string') batches++;
	}
	return { count, batches };
}

/** a · b for two dimensions of which at most one holds the batch. */
export function multiplyDims(a: Dim, b: Dim): Dim {
	if (typeof a === 'number' && typeof b === 'number') return a * b;
	if (typeof a === 'string' && typeof b === 'string') throw new ShapeError('multiplyDims', 'one batch', `${a} · ${b}`);
	const factor = batchFactor(a) * batchFactor(b);
	return factor === 1 ? BATCH : `${factor}B`;
}

/** The shape of an element-wise operation on `a` and `b` (NumPy's broadcasting). */
export function broadcast(op: string, a: Shape, b: Shape): Shape {
	const rank = Math.max(a.length, b.length);
	return Array.from({ length: rank }, (_, axis): Dim => {
		const x = a[axis - rank + a.length] ?? 1;
		const y = b[axis - rank + b.length] ?? 1;
		if (x === y || y === 1) return x;
		if (x === 1) return y;
		throw new ShapeError(op, 'shapes that broadcast', `${showShape(a)} and ${showShape(b)}`);
	});
}

/** True when both shapes have the same dimensions. */
export function sameShape(a: Shape, b: Shape): boolean {
	return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** A dimension that must be known before the graph runs. */
export function known(op: string, dim: Dim | undefined, what: string): number {
	if (typeof dim !== 'number') throw new ShapeError(op, `a fixed ${what}`, String(dim));
	return dim;
}

/** 1 for 'B', 77 for '77B'; a number stays itself. */
function batchFactor(dim: Dim): number {
	if (typeof dim === 'number') return dim;
	return dim === BATCH ? 1 : Number(dim.slice(0, -1));
}
