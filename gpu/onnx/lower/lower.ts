/**
 * Lowering: composites of a finished graph, and whatever else a device does in a way of its own, are replaced by the operations
 * that run there. The numbers stay the same up to rounding; test/gpu/onnx/lower holds every rule to that.
 */
import type { Graph, Node, OpDefinition, Value } from '../graph.ts';

/** What stands in for the nodes of one operation. */
export interface Rule {
	readonly definition: OpDefinition<unknown>;
	readonly replace: Replace<unknown>;
}

/**
 * Appends what gives the same outputs as a node, and returns these. `outputs` are the node's own, for their shapes. Undefined,
 * with nothing appended, where the node has to stay as it is.
 */
type Replace<Options> = (
	inputs: readonly Value[],
	options: Options,
	outputs: readonly Value[],
) => readonly Value[] | undefined;

/** A rule for `operation`, with its options typed. */
export function rule<Options>(
	operation: { readonly definition: OpDefinition<Options> },
	replace: Replace<Options>,
): Rule {
	return { definition: operation.definition, replace } as Rule;
}

/**
 * Replaces the nodes of `graph` by `rules`, and composites that no rule replaces by what they expand to. Replacements are
 * lowered in turn. Inputs, initializers and the names of the outputs stay.
 */
export function lower(graph: Graph, rules: readonly Rule[] = []): void {
	const replaceBy = new Map(rules.map(({ definition, replace }) => [definition, replace]));
	const replaced = new Map<Value, Value>();
	const current = (value: Value): Value => replaced.get(value) ?? value;
	const place = (node: Node): void => {
		const inputs = node.inputs.map(current);
		const before = graph.nodes.length;
		const { expand } = node.op;
		const outputs = replaceBy.get(node.op)?.(inputs, node.options, node.outputs) ?? expand?.(inputs, node.options);
		if (!outputs) {
			const constants = node.inputNames.slice(inputs.length);
			graph.nodes.push({ ...node, inputs, inputNames: [...inputs.map(({ name }) => name), ...constants] });
			return;
		}
		for (const appended of graph.nodes.splice(before)) place(appended);
		for (const [i, output] of node.outputs.entries()) replaced.set(output, current(outputs[i]));
	};
	for (const node of graph.nodes.splice(0)) place(node);
	for (const [i, { name, value }] of graph.outputs.entries()) graph.outputs[i] = { name, value: current(value) };
}
