/** How much memory a graph takes, before it is loaded. */
import { dtypeBytes } from './dtype.ts';
import type { Graph, Value } from './graph.ts';
import { known } from './shape.ts';

/**
 * The most bytes that inputs, results and outputs of a graph of fixed shapes take at once, when its nodes run in order and
 * each value goes after its last reader. Roughly: kernels need room of their own, and some write in place.
 */
export function expectedPeakBytes(graph: Graph): number {
	const owners = new Map<Value, Value>();
	const ownerOf = (value: Value) => owners.get(value) ?? value;
	const lastReader = new Map<Value, number>();
	for (const [i, { op, inputs, outputs }] of graph.nodes.entries()) {
		for (const input of inputs) lastReader.set(ownerOf(input), i);
		// A Reshape is the same memory under another name.
		if (op.type === 'Reshape') owners.set(outputs[0], ownerOf(inputs[0]));
	}
	const kept = new Set([...graph.inputs, ...graph.outputs.map(({ value }) => ownerOf(value))]);
	let bytes = graph.inputs.reduce((sum, input) => sum + bytesOf(input), 0);
	let peak = bytes;
	for (const [i, { op, inputs, outputs }] of graph.nodes.entries()) {
		if (op.type !== 'Reshape') bytes += outputs.reduce((sum, output) => sum + bytesOf(output), 0);
		peak = Math.max(peak, bytes);
		const finished = new Set(inputs.map(ownerOf).filter((value) => lastReader.get(value) === i && !kept.has(value)));
		for (const value of finished) if (!graph.initializers.has(value.name)) bytes -= bytesOf(value);
		for (const output of outputs) {
			const unread = op.type !== 'Reshape' && !lastReader.has(output) && !kept.has(output);
			if (unread) bytes -= bytesOf(output);
		}
	}
	return peak;
}

function bytesOf({ dtype, shape }: Value): number {
	return shape.reduce<number>((product, dim) => product * known('expectedPeakBytes', dim, 'shape'), dtypeBytes(dtype));
}
