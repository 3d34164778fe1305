/** The numbers of operations for training, and the shapes that they reject. */
import { describe, expect, test } from 'vitest';
import { Graph, type Value } from '../../../gpu/onnx/graph.ts';
import { expand, reduceSum, sumTo } from '../../../gpu/onnx/ops/broadcasting.ts';
import { conv, convTranspose } from '../../../gpu/onnx/ops/convolution.ts';
import { div, erf, exp, hardSigmoid, relu, scaleBy, sqrt, sub } from '../../../gpu/onnx/ops/elementwise.ts';
import { kernelGradient } from '../../../gpu/onnx/ops/kernel-gradients.ts';
import { channelDot, gemm, matMulTransposedB } from '../../../gpu/onnx/ops/linear.ts';
import { concatAll, flip, pad, slice, splitSizes } from '../../../gpu/onnx/ops/movement.ts';
import { batchNormalization, logSoftmax } from '../../../gpu/onnx/ops/normalization.ts';
import type { Shape } from '../../../gpu/onnx/shape.ts';
import { floats, runGraph, type TestInput } from './run-graph.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Runs the graph and compares its numbers, and the shape with that of its rule. */
async function expectOutput(
	inputs: readonly TestInput[],
	build: (...values: Value[]) => Value,
	{ shape, values }: { shape: readonly number[]; values: readonly number[] },
): Promise<void> {
	const { outputs, shapes } = await runGraph(inputs, build);
	expect([shapes[0], outputs[0].shape]).toEqual([shape, shape]);
	expect(outputs[0].data.length).toBe(values.length);
	for (const [i, value] of values.entries()) expect(outputs[0].data[i]).toBeCloseTo(value, 5);
}

describe('elementwise', () => {
	test.each<[string, (x: Value) => Value, number[]]>([
		['sqrt', (x) => sqrt([x]), [0, 0.5, 2]],
		['exp', (x) => exp([x]), [1, Math.exp(0.25), Math.exp(4)]],
		['erf', (x) => erf([x]), [0, 0.276326, 1]],
		['hardSigmoid', (x) => hardSigmoid([x], { slope: -0.25, offset: 0.5 }), [0.5, 0.4375, 0]],
		['relu', (x) => relu([sub([x, x.graph.scalar(1)])]), [0, 0, 3]],
		['div', (x) => div([x, x.graph.scalar(4)]), [0, 0.0625, 1]],
		['times', (x) => scaleBy(x, -2), [0, -0.5, -8]],
	])('%s', (_, build, values) => expectOutput([floats([3], [0, 0.25, 4])], build, { shape: [3], values }));
});

describe('sums and repetition', () => {
	const x = floats([2, 3, 2], range(12));

	test('reduceSum keeps its axes', () =>
		expectOutput([x], (v) => reduceSum([v], { axes: [0, 2] }), { shape: [1, 3, 1], values: [14, 22, 30] }));

	test('expand repeats', () =>
		expectOutput([floats([2, 1], [1, 2])], (v) => expand([v], { shape: [2, 2, 2] }), {
			shape: [2, 2, 2],
			values: [1, 1, 2, 2, 1, 1, 2, 2],
		}));

	test('sumTo reduces the gradient of a broadcast', () =>
		expectOutput([x], (v) => sumTo(v, [3, 1]), { shape: [3, 1], values: [14, 22, 30] }));
});

describe('matrix products', () => {
	test.each([
		[false, false],
		[true, false],
		[false, true],
		[true, true],
	])('gemm with transposed inputs %s, %s', (transposeA, transposeB) => {
		const a = transposeA ? floats([2, 1], [1, 2]) : floats([1, 2], [1, 2]);
		const b = transposeB ? floats([2, 2], [3, 5, 4, 6]) : floats([2, 2], [3, 4, 5, 6]);
		return expectOutput([a, b, floats([2], [100, 200])], (...v) => gemm(v, { transposeA, transposeB }), {
			shape: [1, 2],
			values: [113, 216],
		});
	});

	test('A · Bᵀ and the dot of channels', async () => {
		const [a, b] = [floats([2, 1, 2], [1, 2, 3, 4]), floats([2, 2, 2], range(8))];
		await expectOutput([a, b], (...v) => matMulTransposedB(v), {
			shape: [2, 1, 2],
			values: [2, 8, 32, 46],
		});
		const images = floats([2, 2, 1, 2], range(8));
		await expectOutput([images, images], (...v) => channelDot(v), {
			shape: [2],
			values: [0 + 1 + 16 + 25, 4 + 9 + 36 + 49],
		});
	});
});

describe('movement', () => {
	const x = floats([2, 4], range(8));

	test('slice takes every second element', () =>
		expectOutput([x], (v) => slice([v], { axes: [1], starts: [1], ends: [4], steps: [2] }), {
			shape: [2, 2],
			values: [1, 3, 5, 7],
		}));

	test('flip reverses', () =>
		expectOutput([x], (v) => flip([v], { axes: [0, 1] }), { shape: [2, 4], values: range(8).reverse() }));

	test('splitSizes splits into unequal pieces', async () => {
		const { outputs } = await runGraph([x], (v) => splitSizes([v], { axis: 1, sizes: [1, 3] }));
		expect(outputs.map(({ shape, data }) => [shape, [...data]])).toEqual([
			[
				[2, 1],
				[0, 4],
			],
			[
				[2, 3],
				[1, 2, 3, 5, 6, 7],
			],
		]);
	});

	test('pad adds zeros before and after', () =>
		expectOutput([floats([1, 2], [1, 2])], (v) => pad([v], { before: [0, 1], after: [0, 2] }), {
			shape: [1, 5],
			values: [0, 1, 2, 0, 0],
		}));

	test('concatAll keeps the order of many inputs', async () => {
		const many = range(60).map((i) => floats([1], [i]));
		await expectOutput(many, (...v) => concatAll(v, 0), { shape: [60], values: range(60) });
	});
});

test('conv steps over pixels, and convTranspose between them', async () => {
	const ones = floats([1, 1, 2, 2], [1, 1, 1, 1]);
	await expectOutput([floats([1, 1, 4, 4], range(16)), ones], (...v) => conv(v, { padding: 0, stride: 2 }), {
		shape: [1, 1, 2, 2],
		values: [10, 18, 42, 50],
	});
	await expectOutput(
		[floats([1, 1, 1, 2], [1, 2]), ones, floats([1], [0.5])],
		(...v) => convTranspose(v, { padding: 0, stride: 2, outputPadding: 1 }),
		{ shape: [1, 1, 3, 5], values: [1, 1, 2, 2, 0, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0].map((value) => value + 0.5) },
	);
});

test('batchNormalization uses the given statistics', () =>
	expectOutput(
		[
			floats([1, 2, 1, 2], [1, 3, 10, 30]),
			...[
				[1, 2],
				[0, 100],
				[1, 20],
				[4, 25],
			].map((values) => floats([2], values)),
		],
		(...v) => batchNormalization(v, { epsilon: 1e-9 }),
		{ shape: [1, 2, 1, 2], values: [0, 1, 96, 104] },
	));

test('logSoftmax is the logarithm of probabilities', () =>
	expectOutput([floats([1, 2], [0, Math.log(3)])], (x) => logSoftmax([x], { axis: -1 }), {
		shape: [1, 2],
		values: [Math.log(1 / 4), Math.log(3 / 4)],
	}));

describe('an error names the wrong shape', () => {
	const graph = new Graph('shapes');
	const value = (...shape: Shape) => graph.input(`x${shape.join('_')}`, 'float32', shape);

	test.each<[string, () => unknown, string]>([
		['expand', () => expand([value(2)], { shape: [3] }), 'Expand: expected shapes that broadcast, got [2] and [3]'],
		[
			'expand to less',
			() => expand([value(2)], { shape: [1] }),
			'Expand: expected a shape that broadcasts to [1], got [2]',
		],
		[
			'slice',
			() => slice([value(4)], { axes: [0], starts: [2], ends: [5] }),
			'Slice: expected a range in 0..4 of axis 0, got 2..5',
		],
		['splitSizes', () => splitSizes([value(4)], { axis: 0, sizes: [1, 2] }), 'Split: expected 3 along axis 0, got [4]'],
		[
			'convTranspose',
			() => convTranspose([value(1, 3, 2, 2), value(4, 3, 2, 2)], { padding: 0 }),
			'ConvTranspose: expected 4 channels for weight [4, 3, 2, 2], got [1, 3, 2, 2]',
		],
		[
			'batchNormalization',
			() => batchNormalization([value(1, 3, 2, 2), value(4)], { epsilon: 0 }),
			'BatchNormalization: expected "x4" of shape [3], got [4]',
		],
		[
			'kernelGradient',
			() => kernelGradient([value(1, 2, 4, 4), value(1, 2, 2, 2)], { kernel: 3, padding: 0 }),
			'Conv gradient: expected padding 1 for kernel 3, got 0',
		],
		[
			'gemm',
			() => gemm([value(2, 3), value(2, 3)], { transposeA: true, transposeB: true }),
			'Gemm: expected rows of 3 values, got [2, 3]',
		],
	])('%s', (_, build, message) => expect(build).toThrow(message));
});
