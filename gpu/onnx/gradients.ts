/**
 * Reverse-mode differentiation while a graph is built: the gradients are ordinary nodes behind the forward pass.
 * Source: Griewank & Walther 2008, chapter 3; every operation's rule is beside the operation.
 */
import type { Value } from './graph.ts';
import { add } from './ops/elementwise.ts';
import { ShapeError, sameShape, showShape } from './shape.ts';

/**
 * The gradients of `loss` (fp32, a single number) with respect to each of `of`, with their shapes. Nothing is appended for
 * values that do not lie between the two. Throws for an operation without a rule, and for one of `of` that does not
 * influence the loss.
 */
export function gradients(loss: Value, of: readonly Value[]): Value[] {
	const { graph } = loss;
	const nodes = [...graph.nodes];
	// What is touched by one of `of`: the only values that a gradient has to pass.
	const touched = new Set(of);
	for (const { inputs, outputs } of nodes) {
		if (inputs.some((input) => touched.has(input))) for (const output of outputs) touched.add(output);
	}
	if (loss.shape.some((dim) => dim !== 1))
		throw new Error(`gradients: the loss must be one number, got ${showShape(loss.shape)}`);

	const known = new Map<Value, Value>();
	known.set(loss, graph.constant(Float32Array.of(1), loss.shape.map(Number)));
	for (const node of nodes.reverse()) {
		// One that makes one of `of` of something else is no way to any of them.
		if (!node.inputs.some((input) => touched.has(input)) || !node.outputs.some((output) => known.has(output))) continue;
		const { gradient, type } = node.op;
		if (!gradient)
			throw new Error(`${type}: no gradient rule, needed on the way to ${of.map(({ name }) => name).join(', ')}`);
		const outputGradients = node.outputs.map((output) => known.get(output));
		const rules = gradient(node, outputGradients);
		for (const [i, input] of node.inputs.entries()) {
			if (!touched.has(input)) continue;
			const more = rules[i]?.();
			if (!more) continue;
			if (!sameShape(more.shape, input.shape)) {
				throw new ShapeError(`${type} gradient`, showShape(input.shape), showShape(more.shape));
			}
			const before = known.get(input);
			known.set(input, before ? add([before, more]) : more);
		}
	}
	return of.map((value) => {
		const gradient = known.get(value);
		if (!gradient) throw new Error(`gradients: "${value.name}" does not influence the loss`);
		return gradient;
	});
}
