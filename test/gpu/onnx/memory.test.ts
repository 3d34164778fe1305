import { expect, test } from 'vitest';
import { Graph } from '../../../gpu/onnx/graph.ts';
import { expectedPeakBytes } from '../../../gpu/onnx/memory.ts';
import { add, gelu, mul } from '../../../gpu/onnx/ops/elementwise.ts';
import { reshape } from '../../../gpu/onnx/ops/movement.ts';

const VALUE = 4 * 100;

function graphWithInput() {
	const graph = new Graph('memory');
	return { graph, x: graph.input('x', 'float32', [100]) };
}

test('a chain needs the inputs and outputs of one node at a time', () => {
	const { graph, x } = graphWithInput();
	graph.output('y', gelu([gelu([gelu([gelu([x])])])]));
	expect(expectedPeakBytes(graph)).toBe(3 * VALUE); // the graph's input stays
});

test('a value that is read later stays', () => {
	const { graph, x } = graphWithInput();
	const early = gelu([x]);
	graph.output('y', add([gelu([gelu([gelu([early])])]), early]));
	expect(expectedPeakBytes(graph)).toBe(4 * VALUE);
});

test('a reshape takes no memory, but keeps its input', () => {
	const { graph, x } = graphWithInput();
	const shown = reshape([gelu([x])], { shape: [10, 10] });
	const other = gelu([gelu([x])]);
	graph.output('y', mul([shown, reshape([other], { shape: [10, 10] })]));
	expect(expectedPeakBytes(graph)).toBe(4 * VALUE);
});

test('a value that is never read is freed at once', () => {
	const { graph, x } = graphWithInput();
	for (let i = 0; i < 5; i++) gelu([x]);
	graph.output('y', gelu([x]));
	expect(expectedPeakBytes(graph)).toBe(2 * VALUE);
});
