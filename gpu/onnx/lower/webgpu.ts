/** What WebGPU does in a way of its own: its shaders have at most eight storage buffers, so no node joins or cuts many tensors. */
import type { Value } from '../graph.ts';
import { concat, concatAll, slice, splitSizes } from '../ops/movement.ts';
import { type Rule, rule } from './lower.ts';

/** Inputs of a Concat; the eighth buffer is for the result. */
const MAX_JOINED = 7;

/** Joins a few at a time, and then what came of them. */
function concatInGroups(values: readonly Value[], axis: number): Value {
	const groups = Array.from({ length: Math.ceil(values.length / MAX_JOINED) }, (_, i) =>
		values.slice(i * MAX_JOINED, (i + 1) * MAX_JOINED),
	);
	return concatAll(
		groups.map((group) => concatAll(group, axis)),
		axis,
	);
}

/** Cuts the pieces out one by one. */
function slicesOf(x: Value, { axis, sizes }: { readonly axis: number; readonly sizes: readonly number[] }): Value[] {
	let end = 0;
	return sizes.map((size) => {
		const start = end;
		end += size;
		return slice([x], { axes: [axis], starts: [start], ends: [end] });
	});
}

export const WEBGPU_RULES: readonly Rule[] = [
	rule(concat, (values, { axis }) => (values.length > MAX_JOINED ? [concatInGroups(values, axis)] : undefined)),
	rule(splitSizes, ([x], options) => slicesOf(x, options)),
];
