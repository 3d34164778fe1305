import * as ort from 'onnxruntime-node';
import { describe, expect, test, vi } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { Graph, type Value } from '../../../../gpu/onnx/graph.ts';
import { findConvolutionBlock } from '../../../../gpu/onnx/lower/cpu/find-block.ts';
import { cpuRules } from '../../../../gpu/onnx/lower/cpu.ts';
import { lower } from '../../../../gpu/onnx/lower/lower.ts';
import { toModel } from '../../../../gpu/onnx/model.ts';
import { conv, convTranspose } from '../../../../gpu/onnx/ops/convolution.ts';
import { add, gelu } from '../../../../gpu/onnx/ops/elementwise.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';
import { relativeRms } from '../../models/safetensors-files.ts';

const block = await findConvolutionBlock();

type Shapes = Readonly<Record<string, readonly number[]>>;

/** The output of a graph with or without blocked convolutions, and how many of these it has. */
async function run(shapes: Shapes, build: (inputs: readonly Value[]) => Value, blocked: boolean) {
	const graph = new Graph('test');
	const inputs = Object.entries(shapes).map(([name, shape]) => graph.input(name, 'float32', shape));
	graph.output('y', build(inputs));
	lower(graph, cpuRules(blocked ? block : undefined));
	const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'training' });
	const random = new TorchGenerator(16);
	const feeds = Object.entries(shapes).map(([name, shape]) => [name, random.randn(shape)]);
	const { y } = await session.run(Object.fromEntries(feeds));
	await session.close();
	const count = graph.nodes.filter(({ op }) => op.type === 'Conv' && op.domain === 'com.microsoft.nchwc').length;
	return { y, count };
}

// There is nothing to compare on a CPU without such kernels.
describe.skipIf(block === undefined)('blocked convolutions', () => {
	test('have a block size', () => expect([8, 16]).toContain(block));

	test.each<[string, Shapes, (inputs: readonly Value[]) => Value, number]>([
		[
			'with a bias',
			{ x: [2, 16, 6, 5], weight: [32, 16, 3, 3], bias: [32] },
			(inputs) => conv(inputs, { padding: 1 }),
			1,
		],
		['with a stride', { x: [1, 32, 6, 6], weight: [16, 32, 3, 3] }, (v) => conv(v, { padding: 1, stride: 2 }), 1],
		['with an even kernel', { x: [1, 16, 6, 6], weight: [16, 16, 4, 4] }, (v) => conv(v, { padding: 1, stride: 2 }), 1],
		[
			'in the middle of a graph, read twice',
			{ x: [1, 16, 4, 4], weight: [16, 16, 3, 3] },
			([x, weight]) => {
				const y = conv([gelu([x]), weight], { padding: 1 });
				return add([gelu([y]), conv([y, weight], { padding: 1 })]);
			},
			2,
		],
		[
			'transposed, one for each of 2 x 2 phases',
			{ x: [2, 32, 5, 4], weight: [32, 16, 4, 4], bias: [16] },
			(v) => convTranspose(v, { padding: 1, stride: 2 }),
			4,
		],
		[
			'transposed, with phases of 1 and of 2 taps',
			{ x: [2, 16, 3, 4], weight: [16, 32, 3, 3] },
			(v) => convTranspose(v, { padding: 1, stride: 2, outputPadding: 1 }),
			4,
		],
		[
			'transposed, with 3 x 3 phases that begin beside the image',
			{ x: [1, 16, 4, 4], weight: [16, 16, 7, 7] },
			(v) => convTranspose(v, { padding: 2, stride: 3 }),
			9,
		],
		[
			'transposed, with phases of unequal size: not at all',
			{ x: [1, 16, 3, 3], weight: [16, 16, 3, 3] },
			(v) => convTranspose(v, { padding: 1, stride: 2 }),
			0,
		],
		[
			'transposed, with a phase that has no tap: not at all',
			{ x: [1, 16, 3, 3], weight: [16, 16, 1, 1] },
			(v) => convTranspose(v, { padding: 0, stride: 2, outputPadding: 1 }),
			0,
		],
		[
			'transposed, of which the padding cuts a pixel off: not at all',
			{ x: [1, 16, 4, 4], weight: [16, 16, 2, 2] },
			(v) => convTranspose(v, { padding: 2, stride: 2 }),
			0,
		],
		[
			'of channels that fill no block: not at all',
			{ x: [1, 16, 4, 4], weight: [4, 16, 3, 3] },
			(v) => conv(v, { padding: 1 }),
			0,
		],
	])('%s', async (_, shapes, build, expected) => {
		const plain = await run(shapes, build, false);
		const blocked = await run(shapes, build, true);
		expect([plain.count, blocked.count]).toEqual([0, expected]);
		expect(blocked.y.shape).toEqual(plain.y.shape);
		expect(relativeRms(blocked.y.data, plain.y.data)).toBeLessThan(1e-6);
	});
});

describe('if ONNX Runtime says', () => {
	const findAfter = async (message: string) => {
		const create = vi.spyOn(ort.InferenceSession, 'create').mockRejectedValue(new Error(message));
		return findConvolutionBlock().finally(() => create.mockRestore());
	};

	test('that it has no such kernels, there is no block', async () => {
		const message = 'NOT_IMPLEMENTED : Could not find an implementation for ReorderInput(1) node with name';
		expect(await findAfter(message)).toBeUndefined();
	});

	test('anything else, the error is thrown', async () => {
		await expect(findAfter('Failed to allocate memory')).rejects.toThrow('Failed to allocate memory');
	});
});
