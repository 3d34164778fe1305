import { describe, expect, test } from 'vitest';
import { Graph } from '../../../gpu/onnx/graph.ts';
import { reorderInput } from '../../../gpu/onnx/lower/cpu/blocks.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { add, mul, scaleBy } from '../../../gpu/onnx/ops/elementwise.ts';
import { scan } from '../../../gpu/onnx/ops/scan.ts';
import { floats, runGraph } from './run-graph.ts';

/** One iteration: sum' = sum + 10 · x, and sum · x is collected. */
function turn(): Graph {
	const body = new Graph('turn');
	const sum = body.input('sum', 'float32', [2]);
	const x = body.input('x', 'float32', [2]);
	body.output('next', add([sum, scaleBy(x, 10)]));
	body.output('product', mul([sum, x]));
	return body;
}

describe('scan', () => {
	test('passes the state from iteration to iteration and collects the rest', async () => {
		const xs = [1, 2, 3, 4, 5, 6]; // [3, 2]
		const { outputs, shapes } = await runGraph([floats([2], [100, 200]), floats([3, 2], xs)], (...values) =>
			scan(values, { body: turn(), states: 1 }),
		);
		expect([...outputs[0].data]).toEqual([190, 320]);
		expect([...outputs[1].data]).toEqual([100, 400, 330, 880, 700, 1560]);
		expect(shapes).toEqual([[2], [3, 2]]);
	});

	test('accepts lists of any length if the graph does not fix it', async () => {
		for (const length of [1, 4]) {
			const { outputs } = await runGraph(
				[floats([2], [0, 0]), floats([length, 2], new Array(2 * length).fill(1), ['B', 2])],
				(...values) => scan(values, { body: turn(), states: 1 }),
			);
			expect([...outputs[0].data]).toEqual([10 * length, 10 * length]);
			expect(outputs[1].shape).toEqual([length, 2]);
		}
	});

	test('declares the domains of inner operations in the model', () => {
		const body = new Graph('turn');
		const sum = body.input('sum', 'float32', [1, 16, 1, 1]);
		body.output('next', add([sum, reorderInput([body.input('x', 'float32', [1, 16, 1, 1])])]));
		const graph = new Graph('test');
		const inputs = [graph.input('a', 'float32', [1, 16, 1, 1]), graph.input('b', 'float32', [3, 1, 16, 1, 1])];
		graph.output('sum', scan(inputs, { body, states: 1 })[0]);
		const model = Buffer.from(toModel(graph)).toString('latin1');
		expect(model.split('com.microsoft.nchwc')).toHaveLength(3); // in the operation and in the model
	});

	test('names a wrong input', () => {
		const graph = new Graph('test');
		const [sum, xs] = [graph.input('a', 'float32', [2]), graph.input('b', 'float32', [3, 5])];
		expect(() => scan([sum, xs], { body: turn(), states: 1 })).toThrow('Scan: expected [3, 2] for "x", got [3, 5]');
	});
});
