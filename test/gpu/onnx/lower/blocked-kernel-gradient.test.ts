/** Compares the gradient of kernels by a direct convolution with the other ways. */
import { describe, expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { gradients } from '../../../../gpu/onnx/gradients.ts';
import { Graph, type Value } from '../../../../gpu/onnx/graph.ts';
import { findConvolutionBlock } from '../../../../gpu/onnx/lower/cpu/find-block.ts';
import { cpuRules } from '../../../../gpu/onnx/lower/cpu.ts';
import { lower } from '../../../../gpu/onnx/lower/lower.ts';
import { toModel } from '../../../../gpu/onnx/model.ts';
import { reduceSum } from '../../../../gpu/onnx/ops/broadcasting.ts';
import { conv, convTranspose } from '../../../../gpu/onnx/ops/convolution.ts';
import { mul } from '../../../../gpu/onnx/ops/elementwise.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';
import { relativeRms } from '../../models/safetensors-files.ts';

const block = await findConvolutionBlock();

type Build = (inputs: readonly Value[]) => Value;

/** The gradients of x and weight, with or without blocks, and their graph. */
async function differentiate(shapes: readonly (readonly number[])[], build: Build, blocked: boolean) {
	const graph = new Graph('test');
	const inputs = shapes.map((shape, i) => graph.input(`input${i}`, 'float32', shape));
	const y = build(inputs);
	const random = new TorchGenerator(3);
	const weights = random.randn(y.shape.map(Number));
	const product = mul([y, graph.constant(weights.data, weights.shape)]);
	const slopes = gradients(reduceSum([product], { axes: [0, 1, 2, 3] }), inputs);
	for (const [i, slope] of slopes.entries()) graph.output(`gradient${i}`, slope);
	lower(graph, cpuRules(blocked ? block : undefined));
	const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'training' });
	const outputs = await session.run(
		Object.fromEntries(shapes.map((shape, i) => [`input${i}`, random.randn(shape)] as const)),
	);
	await session.close();
	const reordered = graph.nodes.filter(({ op }) => op.type === 'ReorderInput').map(({ inputs: [image] }) => image);
	return { outputs, reordered, dilated: graph.nodes.filter(isDilated).length };
}

/** A kernel as large as an image, with its columns a block apart. */
function isDilated({ op, options }: Graph['nodes'][number]): boolean {
	const { dilations } = op.attributes?.(options) ?? {};
	return dilations !== undefined && 'ints' in dilations && dilations.ints[1] >= block!;
}

describe.skipIf(block === undefined)('the gradient of a kernel', () => {
	test.each<[string, number[][], Build, number]>([
		[
			'3 x 3',
			[
				[32, 16, 5, 4],
				[32, 16, 3, 3],
			],
			(v) => conv(v, { padding: 1 }),
			1,
		],
		[
			'5 x 5, of more inputs than outputs',
			[
				[16, 32, 4, 6],
				[16, 32, 5, 5],
			],
			(v) => conv(v, { padding: 2 }),
			1,
		],
		[
			'with a stride',
			[
				[16, 32, 8, 6],
				[16, 32, 3, 3],
			],
			(v) => conv(v, { padding: 1, stride: 2 }),
			1,
		],
		[
			'with a stride that jumps over pixels',
			[
				[16, 16, 6, 9],
				[16, 16, 2, 2],
			],
			(v) => conv(v, { padding: 1, stride: 3 }),
			1,
		],
		[
			'of a transposed convolution',
			[
				[16, 16, 4, 3],
				[16, 32, 4, 4],
			],
			(v) => convTranspose(v, { padding: 1, stride: 2 }),
			1,
		],
		[
			'of an image that is cut into strips',
			[
				[16, 16, 28, 28],
				[32, 16, 3, 3],
			],
			(v) => conv(v, { padding: 1 }),
			1,
		],
		[
			'with a stride, of an image that is cut into strips',
			[
				[16, 16, 56, 56],
				[16, 16, 4, 4],
			],
			(v) => conv(v, { padding: 1, stride: 2 }),
			1,
		],
		[
			'of a batch that fills no block',
			[
				[4, 16, 4, 4],
				[16, 16, 3, 3],
			],
			(v) => conv(v, { padding: 1 }),
			0,
		],
		[
			'of channels that fill no block',
			[
				[16, 4, 4, 4],
				[16, 4, 3, 3],
			],
			(v) => conv(v, { padding: 1 }),
			0,
		],
		[
			'where a stride leaves over more than padding adds',
			[
				[16, 16, 6, 6],
				[16, 16, 3, 3],
			],
			(v) => conv(v, { padding: 0, stride: 2 }),
			0,
		],
	])('%s', async (_, shapes, build, expected) => {
		const plain = await differentiate(shapes, build, false);
		const blocked = await differentiate(shapes, build, true);
		expect([plain.dilated, blocked.dilated]).toEqual([0, expected]);
		for (const [name, { data, shape }] of Object.entries(plain.outputs)) {
			expect(blocked.outputs[name].shape).toEqual(shape);
			expect(relativeRms(blocked.outputs[name].data, data)).toBeLessThan(2e-6);
		}
	});

	test('uses the image that the convolution has already put into blocks', async () => {
		const shapes = [
			[16, 16, 4, 4],
			[32, 16, 3, 3],
		];
		const { reordered } = await differentiate(shapes, (v) => conv(v, { padding: 1 }), true);
		// x, dy for the gradient of x, and for the kernel x again and dy twice.
		expect(reordered).toHaveLength(5);
		expect(new Set(reordered).size).toBe(5);
	});
});
