/** Compares every gradient rule with PyTorch, and with finite differences of the forward pass. */
import { describe, expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { gradients } from '../../../gpu/onnx/gradients.ts';
import { Graph, type Value } from '../../../gpu/onnx/graph.ts';
import { lower, type Rule } from '../../../gpu/onnx/lower/lower.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { expand, reduceSum } from '../../../gpu/onnx/ops/broadcasting.ts';
import { averagePool2, conv, convTranspose } from '../../../gpu/onnx/ops/convolution.ts';
import { add, div, exp, gelu, mul, sin, sqrt, sub } from '../../../gpu/onnx/ops/elementwise.ts';
import { gemm, linear } from '../../../gpu/onnx/ops/linear.ts';
import { concat, flip, reshape, transpose } from '../../../gpu/onnx/ops/movement.ts';
import { batchNormalizationOfBatch, logSoftmax } from '../../../gpu/onnx/ops/normalization.ts';
import { reduceMean } from '../../../gpu/onnx/ops/reduction.ts';
import { openSession } from '../../../gpu/onnx/session.ts';
import type { Tensor } from '../../../gpu/tensor/tensor.ts';
import { loadGolden, relativeRms } from '../models/safetensors-files.ts';
import { LOWERINGS } from './run-graph.ts';

type Build = (inputs: readonly Value[]) => Value;

/** Runs the graph of Σ weights · build(inputs): the output, the sum, and its gradient with respect to each input. */
async function differentiate(build: Build, inputs: readonly Tensor[], weights: Tensor, rules: readonly Rule[]) {
	const graph = new Graph('gradients');
	const values = inputs.map(({ shape }, i) => graph.input(`input${i}`, 'float32', shape));
	const output = build(values);
	const product = mul([output, graph.input('weights', 'float32', output.shape)]);
	const loss = reduceSum([product], { axes: [...product.shape.keys()] });
	const slopes = gradients(loss, values);
	for (const [i, slope] of slopes.entries()) {
		expect(slope.shape).toEqual(inputs[i].shape);
		graph.output(`gradient${i}`, slope);
	}
	graph.output('output', output);
	graph.output('loss', loss);
	lower(graph, rules);
	const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'training' });
	const run = (inputs: readonly Tensor[]) =>
		session.run({ weights, ...Object.fromEntries(inputs.map((input, i) => [`input${i}`, input])) });
	return { run, close: session.close };
}

const batchNorm: Build = (inputs) => batchNormalizationOfBatch(inputs, { epsilon: 1e-5 })[0];

describe.each(LOWERINGS)('%s: agrees with PyTorch', (_, rules) => {
	const golden = loadGolden('test/fixtures/digits/ops.safetensors');

	test.each<[string, number, Build]>([
		['conv', 3, (v) => conv(v, { padding: 1 })],
		['conv_one_input', 3, (v) => conv(v, { padding: 1 })],
		['conv_one_output', 3, (v) => conv(v, { padding: 1 })],
		['conv_pointwise', 2, (v) => conv(v, { padding: 0 })],
		['conv_stride', 3, (v) => conv(v, { padding: 1, stride: 2 })],
		['conv_transpose', 3, (v) => convTranspose(v, { padding: 1, stride: 2 })],
		['batch_norm', 3, batchNorm],
		['gelu', 1, (v) => gelu(v)],
		['linear', 3, (v) => linear(v)],
		['log_softmax', 1, (v) => logSoftmax(v, { axis: -1 })],
	])('%s', async (name, count, build) => {
		const inputs = Array.from({ length: count }, (_, i) => golden(`${name}.input${i}`));
		const { run, close } = await differentiate(build, inputs, golden(`${name}.weights`), rules);
		const outputs = await run(inputs);
		await close();
		expect(outputs.output.shape).toEqual(golden(`${name}.output`).shape);
		expect(relativeRms(outputs.output.data, golden(`${name}.output`).data)).toBeLessThan(2e-6);
		for (let i = 0; i < count; i++) {
			expect(relativeRms(outputs[`gradient${i}`].data, golden(`${name}.gradient${i}`).data)).toBeLessThan(5e-6);
		}
	});
});

describe.each(LOWERINGS)('%s: agrees with finite differences', (_, rules) => {
	const positive = (v: readonly Value[]) => exp([v[0]]);

	test.each<[string, number[][], number[], Build]>([
		[
			'add, broadcast',
			[
				[2, 3, 2],
				[3, 1],
			],
			[2, 3, 2],
			(v) => add(v),
		],
		['sub, broadcast', [[3], [2, 3]], [2, 3], (v) => sub(v)],
		[
			'mul, broadcast',
			[
				[2, 3],
				[1, 3],
			],
			[2, 3],
			(v) => mul(v),
		],
		['div, broadcast', [[2, 3], [3]], [2, 3], ([a, b]) => div([a, positive([b])])],
		['sqrt', [[5]], [5], (v) => sqrt([positive(v)])],
		['exp', [[5]], [5], (v) => exp(v)],
		['gelu', [[6]], [6], (v) => gelu(v)],
		['reduceSum', [[2, 3, 2]], [1, 3, 1], (v) => reduceSum(v, { axes: [0, 2] })],
		['reduceMean', [[2, 4]], [2, 1], (v) => reduceMean(v, { axis: 1 })],
		['expand', [[2, 1, 2]], [3, 2, 4, 2], (v) => expand(v, { shape: [3, 2, 4, 2] })],
		['reshape', [[2, 3]], [6], (v) => reshape(v, { shape: [6] })],
		['transpose', [[2, 3, 4]], [4, 2, 3], (v) => transpose(v, { permutation: [2, 0, 1] })],
		[
			'concat',
			[
				[2, 1],
				[2, 3],
			],
			[2, 4],
			(v) => concat(v, { axis: -1 }),
		],
		['flip', [[2, 3]], [2, 3], (v) => flip(v, { axes: [0, 1] })],
		[
			'gemm',
			[
				[3, 2],
				[2, 4],
			],
			[3, 4],
			(v) => gemm(v, {}),
		],
		['gemm, A transposed', [[2, 3], [2, 4], [4]], [3, 4], (v) => gemm(v, { transposeA: true })],
		[
			'gemm, B transposed',
			[
				[3, 2],
				[4, 2],
			],
			[3, 4],
			(v) => gemm(v, { transposeB: true }),
		],
		[
			'gemm, both transposed',
			[
				[2, 3],
				[4, 2],
			],
			[3, 4],
			(v) => gemm(v, { transposeA: true, transposeB: true }),
		],
		['conv', [[2, 2, 4, 3], [3, 2, 3, 3], [3]], [2, 3, 4, 3], (v) => conv(v, { padding: 1 })],
		[
			'conv, stride 2 on odd sides',
			[
				[1, 2, 5, 5],
				[2, 2, 3, 3],
			],
			[1, 2, 3, 3],
			(v) => conv(v, { padding: 1, stride: 2 }),
		],
		[
			'convTranspose',
			[[1, 2, 2, 3], [2, 2, 4, 4], [2]],
			[1, 2, 4, 6],
			(v) => convTranspose(v, { padding: 1, stride: 2 }),
		],
		['batch normalisation', [[3, 2, 2, 2], [2], [2]], [3, 2, 2, 2], batchNorm],
		['logSoftmax', [[2, 4]], [2, 4], (v) => logSoftmax(v, { axis: 1 })],
		['a value used twice', [[4]], [4], ([x]) => mul([add([x, x]), exp([x])])],
	])('%s', async (_, shapes, outputShape, build) => {
		const random = new TorchGenerator(6);
		const inputs = shapes.map((shape) => random.randn(shape));
		const { run, close } = await differentiate(build, inputs, random.randn(outputShape), rules);
		const exact = await run(inputs);
		for (const [i, input] of inputs.entries()) {
			const direction = random.randn(input.shape);
			const slope = exact[`gradient${i}`].data.reduce((sum, value, j) => sum + value * direction.data[j], 0);
			const lossAt = async (step: number) => {
				const moved = { ...input, data: input.data.map((value, j) => value + step * direction.data[j]) };
				return (await run(inputs.with(i, moved))).loss.data[0];
			};
			expect(await bestDifference(lossAt, slope)).toBeLessThan(5e-3);
		}
		await close();
	});
});

/** The error of `slope` against the five-point difference of f at 0, for the best width, as small ones suffer from rounding. */
async function bestDifference(f: (step: number) => Promise<number>, slope: number): Promise<number> {
	let best = Number.POSITIVE_INFINITY;
	for (const h of [0.1, 0.03, 0.01]) {
		const [a, b, c, d] = [await f(-2 * h), await f(-h), await f(h), await f(2 * h)];
		const difference = (a - 8 * b + 8 * c - d) / (12 * h);
		best = Math.min(best, Math.abs(difference - slope) / Math.max(Math.abs(slope), 0.1));
	}
	return best;
}

describe('gradients', () => {
	const scalarLoss = (x: Value) => reduceSum([x], { axes: [...x.shape.keys()] });

	test('name an operation that has no rule', () => {
		const x = new Graph('g').input('x', 'float32', [2]);
		expect(() => gradients(scalarLoss(sin([x])), [x])).toThrow('Sin: no gradient rule, needed on the way to x');
	});

	test('need no rules for operations off the path', async () => {
		const graph = new Graph('g');
		const [x, y] = ['x', 'y'].map((name) => graph.input(name, 'float32', [2]));
		expect(gradients(scalarLoss(mul([x, sin([y])])), [x])).toHaveLength(1);
	});

	test('need no rules for operations before a value', () => {
		const y = new Graph('g').input('y', 'float32', [2]);
		const x = sin([y]);
		expect(gradients(scalarLoss(mul([x, x])), [x])).toHaveLength(1);
	});

	test('name a value that the result does not depend on', () => {
		const graph = new Graph('g');
		const [x, y] = ['x', 'y'].map((name) => graph.input(name, 'float32', [2]));
		expect(() => gradients(scalarLoss(x), [y])).toThrow('"y" does not influence the loss');
	});

	test('require a single number', () => {
		const x = new Graph('g').input('x', 'float32', [2]);
		expect(() => gradients(x, [x])).toThrow('the loss must be one number, got [2]');
	});

	test('add no nodes for inputs that need no gradient', () => {
		const nodesFor = (which: 'weight' | 'both') => {
			const graph = new Graph('g');
			const picture = graph.input('picture', 'float32', [2, 1, 4, 4]);
			const weight = graph.input('weight', 'float32', [3, 1, 3, 3]);
			const loss = scalarLoss(conv([picture, weight], { padding: 1 }));
			gradients(loss, which === 'both' ? [picture, weight] : [weight]);
			return graph.nodes.map(({ op }) => op.type);
		};
		const flipped = (types: string[]) => types.filter((type) => type === 'Slice').length;
		expect(flipped(nodesFor('both'))).toBe(1); // the picture's gradient flips the weight
		expect(flipped(nodesFor('weight'))).toBe(0);
	});

	test('are not supported for averages', () => {
		const x = new Graph('g').input('x', 'float32', [1, 1, 2, 2]);
		expect(() => gradients(scalarLoss(averagePool2([x])), [x])).toThrow('AveragePool: no gradient rule');
	});
});

describe.each(LOWERINGS)('%s: batch normalisation', (_, rules) => {
	// The CPU's operation overwrites two of its inputs with its statistics.
	test('keeps mean and variance apart, and does not change its feeds', async () => {
		const graph = new Graph('statistics');
		const shapes = { x: [2, 2, 1, 2], scale: [2], bias: [2] };
		const inputs = Object.entries(shapes).map(([name, shape]) => graph.input(name, 'float32', shape));
		const [y, mean, variance] = batchNormalizationOfBatch(inputs, { epsilon: 1e-5 });
		for (const [name, value] of Object.entries({ y, mean, variance })) graph.output(name, value);
		lower(graph, rules);
		const feeds = {
			x: { data: Float32Array.of(1, 3, 10, 30, 5, 7, 20, 20), shape: shapes.x },
			scale: { data: Float32Array.of(1, 1), shape: [2] },
			bias: { data: Float32Array.of(1, 1), shape: [2] }, // equal to scale, but must not become the same tensor
		};
		const copy = structuredClone(feeds);
		const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'training' });
		for (let pass = 0; pass < 2; pass++) {
			const { mean, variance } = await session.run(feeds);
			expect([...mean.data]).toEqual([4, 20]);
			expect(variance.data[0]).toBeCloseTo(5, 4);
			expect(variance.data[1]).toBeCloseTo(50, 3);
		}
		expect(feeds).toEqual(copy);
		await session.close();
	});
});
