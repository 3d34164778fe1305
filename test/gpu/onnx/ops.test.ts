/** Checks every operation's numbers against its definition, and its shape rule against the output. */
import { describe, expect, test } from 'vitest';
import type { Value } from '../../../gpu/onnx/graph.ts';
import { Graph } from '../../../gpu/onnx/graph.ts';
import { multiHeadAttention } from '../../../gpu/onnx/ops/attention.ts';
import { averagePool2, conv, nearestUpsample2 } from '../../../gpu/onnx/ops/convolution.ts';
import { add, cast, cos, gelu, mul, sin } from '../../../gpu/onnx/ops/elementwise.ts';
import { linear, matMul } from '../../../gpu/onnx/ops/linear.ts';
import { concat, gather, padEnd, reshape, split, transpose } from '../../../gpu/onnx/ops/movement.ts';
import { instanceNormalization, layerNormalization, softmax } from '../../../gpu/onnx/ops/normalization.ts';
import { dequantizeRows } from '../../../gpu/onnx/ops/quantization.ts';
import { reduceMean } from '../../../gpu/onnx/ops/reduction.ts';
import type { Shape } from '../../../gpu/onnx/shape.ts';
import { ShapeError } from '../../../gpu/onnx/shape.ts';
import { floats, integers, runGraph, type TestInput } from './run-graph.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Runs the graph with a batch of 2 and compares numbers and shapes. */
async function expectOutput(
	inputs: readonly TestInput[],
	build: (...values: Value[]) => Value,
	{ shape, values }: { shape: Shape; values: readonly number[] },
): Promise<void> {
	const { outputs, shapes } = await runGraph(inputs, build);
	expect(shapes[0]).toEqual(shape);
	expect(outputs[0].shape).toEqual(
		shape.map((dim) => (typeof dim === 'number' ? dim : 2 * (Number.parseInt(dim, 10) || 1))),
	);
	expect(outputs[0].data.length).toBe(values.length);
	for (const [i, value] of values.entries()) expect(outputs[0].data[i]).toBeCloseTo(value, 5);
}

describe('convolution', () => {
	test('conv sums over channels and neighbours, with zero padding', () => {
		const x = floats([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8], ['B', 1, 2, 2]);
		const weight = floats([1, 1, 3, 3], [0, 0, 0, 0, 1, 10, 0, 0, 0]); // itself + 10 · right neighbour
		const values = [21, 2, 43, 4, 65, 6, 87, 8].map((value) => value + 0.5);
		return expectOutput([x, weight, floats([1], [0.5])], (...v) => conv(v, { padding: 1 }), {
			shape: ['B', 1, 2, 2],
			values,
		});
	});

	test('averagePool2 averages squares', () =>
		expectOutput([floats([2, 1, 2, 4], range(16), ['B', 1, 2, 4])], (x) => averagePool2([x]), {
			shape: ['B', 1, 1, 2],
			values: [2.5, 4.5, 10.5, 12.5],
		}));

	test('nearestUpsample2 repeats pixels', () =>
		expectOutput([floats([1, 1, 1, 2], [3, 4])], (x) => nearestUpsample2([x]), {
			shape: [1, 1, 2, 4],
			values: [3, 3, 4, 4, 3, 3, 4, 4],
		}));
});

describe('linear', () => {
	test('linear is x · weightᵀ + bias', () =>
		expectOutput(
			[floats([4, 2], range(8), ['2B', 2]), floats([3, 2], [1, 0, 0, 1, 1, 1]), floats([3], [0, 0, 100])],
			(...v) => linear(v),
			{ shape: ['2B', 3], values: [0, 1, 101, 2, 3, 105, 4, 5, 109, 6, 7, 113] },
		));

	test('matMul multiplies the last two axes and broadcasts the others', () =>
		expectOutput(
			[floats([2, 1, 2], [1, 2, 3, 4], ['B', 1, 2]), floats([2, 2], [1, 10, 100, 1000])],
			(...v) => matMul(v),
			{
				shape: ['B', 1, 2],
				values: [201, 2010, 403, 4030],
			},
		));
});

describe('normalization', () => {
	const rows = floats([2, 2, 2], [1, 3, 10, 30, 5, 7, 0, 2], ['B', 2, 2]);

	test('instanceNormalization normalises each row and channel', () =>
		expectOutput(
			[rows, floats([2], [1, 2]), floats([2], [0, 100])],
			(...v) => instanceNormalization(v, { epsilon: 1e-9 }),
			{ shape: ['B', 2, 2], values: [-1, 1, 98, 102, -1, 1, 98, 102] },
		));

	test.each([
		['instanceNormalization', instanceNormalization],
		['layerNormalization', layerNormalization],
	])('%s of halves accumulates in fp32', async (_, normalization) => {
		// The sum of 256 values of 1000 ± 1, and of their squares, exceeds the range of fp16.
		const values = range(256).map((i) => 1000 + (i % 2 ? 1 : -1));
		const size = normalization === layerNormalization ? 256 : 1;
		const half = (v: Value) => cast([v], { to: 'float16' });
		await expectOutput(
			[floats([1, 1, 256], values), floats([size], Array(size).fill(1)), floats([size], Array(size).fill(0))],
			(...v) => cast([normalization(v.map(half), { epsilon: 1e-9 })], { to: 'float32' }),
			{ shape: [1, 1, 256], values: values.map((value) => value - 1000) },
		);
	});

	test('layerNormalization normalises the last axis', () =>
		expectOutput(
			[rows, floats([2], [1, 2]), floats([2], [0, 100])],
			(...v) => layerNormalization(v, { epsilon: 1e-9 }),
			{
				shape: ['B', 2, 2],
				values: [-1, 102, -1, 102, -1, 102, -1, 102],
			},
		));

	test('softmax adds up to 1', () =>
		expectOutput([floats([2, 2], [0, Math.log(3), 5, 5], ['B', 2])], (x) => softmax([x], { axis: -1 }), {
			shape: ['B', 2],
			values: [0.25, 0.75, 0.5, 0.5],
		}));
});

describe('elementwise', () => {
	test('add and mul broadcast', () =>
		expectOutput([floats([2, 2], [1, 2, 3, 4], ['B', 2]), floats([2], [10, 20])], (a, b) => add([mul([a, b]), a]), {
			shape: ['B', 2],
			values: [11, 42, 33, 84],
		}));

	test('gelu is x · Φ(x)', () =>
		// Φ(1) = 0.841344746, Φ(−2) = 0.022750132
		expectOutput([floats([3], [1, 0, -2])], (x) => gelu([x]), { shape: [3], values: [0.841344746, 0, -0.045500264] }));

	test('sin and cos', () =>
		expectOutput([floats([2], [0.5, 990])], (x) => add([sin([x]), cos([x])]), {
			shape: [2],
			values: [0.5, 990].map((value) => Math.sin(value) + Math.cos(value)),
		}));

	test('cast rounds to half precision and back', () =>
		expectOutput([floats([2], [1 + 2 ** -11, 3])], (x) => cast([cast([x], { to: 'float16' })], { to: 'float32' }), {
			shape: [2],
			values: [1, 3],
		}));
});

describe('movement', () => {
	const x = floats([2, 3, 2], range(12), ['B', 3, 2]);

	test('reshape moves the batch into another dimension', () =>
		expectOutput([x], (v) => reshape([v], { shape: ['3B', 2] }), { shape: ['3B', 2], values: range(12) }));

	test('transpose', () =>
		expectOutput([x], (v) => transpose([v], { permutation: [0, 2, 1] }), {
			shape: ['B', 2, 3],
			values: [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11],
		}));

	test('concat', () =>
		expectOutput([x, x], (a, b) => concat([a, b], { axis: 2 }), {
			shape: ['B', 3, 4],
			values: range(6).flatMap((row) => [2 * row, 2 * row + 1, 2 * row, 2 * row + 1]),
		}));

	test('split', async () => {
		const { outputs, shapes } = await runGraph([x], (v) => split([v], { axis: 2, parts: 2 }));
		expect(shapes).toEqual([
			['B', 3, 1],
			['B', 3, 1],
		]);
		expect(outputs.map(({ data }) => [...data])).toEqual([
			[0, 2, 4, 6, 8, 10],
			[1, 3, 5, 7, 9, 11],
		]);
	});

	test('gather takes rows', () =>
		expectOutput([floats([3, 2], range(6)), integers([2], [2, 0])], (...v) => gather(v), {
			shape: [2, 2],
			values: [4, 5, 0, 1],
		}));

	test('padEnd appends zeros', () =>
		expectOutput([floats([2, 1], [1, 2], ['B', 1])], (v) => padEnd([v], { axis: 1, length: 3 }), {
			shape: ['B', 3],
			values: [1, 0, 0, 2, 0, 0],
		}));
});

test('reduceMean keeps its axis', () =>
	expectOutput([floats([2, 2, 2], range(8), ['B', 2, 2])], (x) => reduceMean([x], { axis: 1 }), {
		shape: ['B', 1, 2],
		values: [1, 2, 5, 6],
	}));

test('dequantizeRows multiplies each row by its scale', () =>
	expectOutput(
		[integers([2, 2], [1, -127, 3, 4]), floats([2], [0.5, 10])],
		(q, scale) => dequantizeRows([cast([q], { to: 'int8' }), scale]),
		{
			shape: [2, 2],
			values: [0.5, -63.5, 30, 40],
		},
	));

test('multiHeadAttention attends with each head on its own', () =>
	// Head 0 weighs all keys equally; head 1 attends only to the second.
	expectOutput(
		[
			floats([2, 1, 2], [0, 50, 0, 50], ['B', 1, 2]),
			floats([2, 2, 2], [1, 0, 1, 9, 1, 0, 1, 9], ['B', 2, 2]),
			floats([2, 2, 2], [2, 3, 4, 5, 2, 3, 4, 5], ['B', 2, 2]),
		],
		(...v) => multiHeadAttention(v, { heads: 2 }),
		{ shape: ['B', 1, 2], values: [3, 5, 3, 5] },
	));

describe('an error names the wrong shape', () => {
	const graph = new Graph('shapes');
	const value = (...shape: Shape) => graph.input(`x${shape.join('_')}`, 'float32', shape);
	const half = graph.input('half', 'float16', [4]);

	test.each<[string, () => unknown, string]>([
		[
			'conv',
			() => conv([value('B', 3, 8, 8), value(16, 4, 3, 3), value(16)], { padding: 1 }),
			'Conv: expected 4 channels for weight [16, 4, 3, 3], got [B, 3, 8, 8]',
		],
		[
			'conv bias',
			() => conv([value('B', 4, 8, 8), value(16, 4, 3, 3), value(8)], { padding: 1 }),
			'Conv: expected "x8" of shape [16], got [8]',
		],
		[
			'conv rank',
			() => conv([value('B', 4, 8), value(16, 4, 3, 3), value(16)], { padding: 1 }),
			'Conv: expected "xB_4_8" with 4 dimensions, got [B, 4, 8]',
		],
		[
			'averagePool2',
			() => averagePool2([value('B', 3, 7, 8)]),
			'AveragePool: expected an even height and width, got [B, 3, 7, 8]',
		],
		['linear', () => linear([value('B', 5), value(3, 4), value(3)]), 'Gemm: expected rows of 4 values, got [B, 5]'],
		[
			'matMul',
			() => matMul([value('B', 2, 3), value('B', 4, 5)]),
			'MatMul: expected [..., n, k] · [..., k, m], got [B, 2, 3] · [B, 4, 5]',
		],
		['add', () => add([value('B', 3), value(4)]), 'Add: expected shapes that broadcast, got [B, 3] and [4]'],
		['types', () => add([value(4), half]), 'Add: expected float32 as in "x4", got float16 in "half"'],
		[
			'reshape',
			() => reshape([value('B', 6)], { shape: ['B', 7] }),
			'Reshape: expected a shape with the elements of [B, 6], got [B, 7]',
		],
		[
			'reshape without the batch',
			() => reshape([value('B', 6)], { shape: [6] }),
			'Reshape: expected a shape with the elements of [B, 6], got [6]',
		],
		[
			'reshape to parts of an element',
			() => reshape([value('B', 5)], { shape: ['B', 2, 2.5] }),
			'Reshape: expected whole dimensions, got [B, 2, 2.5]',
		],
		[
			'transpose',
			() => transpose([value('B', 6)], { permutation: [0, 0] }),
			'Transpose: expected a permutation of the axes of [B, 6], got [0,0]',
		],
		[
			'concat',
			() => concat([value('B', 6), value(2, 6)], { axis: 1 }),
			'Concat: expected shapes that agree off axis 1, got [B, 6],[2, 6]',
		],
		[
			'split',
			() => split([value('B', 5)], { axis: 1, parts: 2 }),
			'Split: expected a multiple of 2 along axis 1, got [B, 5]',
		],
		['softmax', () => softmax([value('B', 5)], { axis: 2 }), 'Softmax: expected an axis of [B, 5], got 2'],
		['gather', () => gather([value(5, 2), value(3)]), 'Gather: expected integer indices, got float32'],
		[
			'padEnd',
			() => padEnd([value('B', 5)], { axis: 1, length: 4 }),
			'Pad: expected at most 4 along axis 1, got [B, 5]',
		],
		[
			'attention',
			() => multiHeadAttention([value('B', 4, 6), value('B', 9, 6), value('B', 9, 6)], { heads: 4 }),
			'MultiHeadAttention: expected a width that 4 heads divide, got [B, 4, 6]',
		],
		['dequantizeRows', () => dequantizeRows([value(4, 4), value(4)]), 'DequantizeLinear: expected int8, got float32'],
	])('%s', (_, attempt, message) => {
		expect(attempt).toThrow(ShapeError);
		expect(attempt).toThrow(message);
	});
});
