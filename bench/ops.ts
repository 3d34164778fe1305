/** Checks a device's arithmetic: the operations of our graphs against plain TypeScript. */

import type { Device } from '../gpu/device.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import type { FloatType } from '../gpu/onnx/dtype.ts';
import { Graph, type Value } from '../gpu/onnx/graph.ts';
import { toModel } from '../gpu/onnx/model.ts';
import { multiHeadAttention } from '../gpu/onnx/ops/attention.ts';
import { conv } from '../gpu/onnx/ops/convolution.ts';
import { cast, gelu } from '../gpu/onnx/ops/elementwise.ts';
import { linear } from '../gpu/onnx/ops/linear.ts';
import { instanceNormalization } from '../gpu/onnx/ops/normalization.ts';
import { openSession } from '../gpu/onnx/session.ts';
import { largestError, relativeRms } from '../gpu/tensor/compare.ts';
import type { Tensor } from '../gpu/tensor/tensor.ts';
import * as reference from './ops-reference.ts';
import { errorCell, type Table } from './table.ts';

const EPSILON = 1e-5;
const HEADS = 2;

interface Case {
	readonly name: string;
	/** The inputs' shapes; their values are drawn from N(0, 1). */
	readonly shapes: readonly (readonly number[])[];
	readonly build: (inputs: Value[]) => Value;
	readonly expected: (inputs: readonly Tensor[]) => Tensor;
}

/** WebGPU gets 6, 9 and 33 channels wrong, on a software device and on an H100, but 3 and 64 right. */
const CONVOLUTIONS: readonly Case[] = [3, 6, 9, 33, 64].map((channels) => ({
	name: `Conv 3 x 3, ${channels} channels`,
	shapes: [[2, channels, 16, 16], [64, channels, 3, 3], [64]],
	build: (inputs) => conv(inputs, { padding: 1 }),
	expected: (inputs) => reference.conv(inputs, 1),
}));

/** A head is 64 wide, as in DeepFloyd IF. The keys are 77 tokens of text, alone and followed by 16 x 16 pixels. */
const ATTENTIONS: readonly Case[] = [77, 77 + 256].map((keys) => ({
	name: `MultiHeadAttention, ${keys} keys`,
	shapes: [256, keys, keys].map((length) => [2, length, HEADS * 64]),
	build: (inputs) => multiHeadAttention(inputs, { heads: HEADS }),
	expected: (inputs) => reference.multiHeadAttention(inputs, HEADS),
}));

const CASES: readonly Case[] = [
	...CONVOLUTIONS,
	{
		name: 'Conv 1 x 1, 64 channels',
		shapes: [[2, 64, 16, 16], [128, 64, 1, 1], [128]],
		build: (inputs) => conv(inputs, { padding: 0 }),
		expected: (inputs) => reference.conv(inputs, 0),
	},
	{
		name: 'Gemm',
		shapes: [[154, 512], [256, 512], [256]],
		build: (inputs) => linear(inputs),
		expected: reference.linear,
	},
	...ATTENTIONS,
	{ name: 'Gelu', shapes: [[2, 4096]], build: (inputs) => gelu(inputs), expected: reference.gelu },
	{
		name: 'InstanceNormalization',
		shapes: [[2, 32, 2048], [32], [32]],
		build: (inputs) => instanceNormalization(inputs, { epsilon: EPSILON }),
		expected: (inputs) => reference.instanceNormalization(inputs, EPSILON),
	},
];

/** Rounding alone stays below this: fp16 has 11 bits, as has TF32 (CUDA's fp32 products). A wrong kernel is far above it. */
const RIGHT_BELOW = 5e-3;

export async function benchOps(device: Device): Promise<Table> {
	const rows: string[][] = [];
	for (const each of CASES) {
		const source = new TorchGenerator(0);
		const inputs = each.shapes.map((shape) => source.randn(shape));
		const { data: expected } = each.expected(inputs);
		for (const dtype of ['float32', 'float16'] as const) {
			const actual = await run(each, inputs, dtype, device).catch((error: Error) => error);
			if (actual instanceof Error) {
				rows.push([each.name, dtype, '-', '-', errorCell(actual)]);
				continue;
			}
			const error = relativeRms(actual.data, expected);
			const largest = largestError(actual.data, expected).toExponential(1);
			rows.push([each.name, dtype, error.toExponential(1), largest, error < RIGHT_BELOW ? 'yes' : 'NO']);
		}
	}
	return {
		title: `Operations (${device.provider})`,
		header: ['operation', 'in', 'relative RMS error', 'largest error', 'right'],
		rows,
		notes: ['Inputs from N(0, 1), against plain TypeScript in double precision. The CPU calculates float16 in fp32.'],
	};
}

/** Runs one operation in `dtype`. Inputs and output are fp32, as in our networks. */
async function run({ build }: Case, inputs: readonly Tensor[], dtype: FloatType, device: Device): Promise<Tensor> {
	const graph = new Graph('operation');
	const values = inputs.map(({ shape }, i) => cast([graph.input(`input_${i}`, 'float32', shape)], { to: dtype }));
	graph.output('output', cast([build(values)], { to: 'float32' }));
	const session = await openSession(toModel(graph), { ...device, prefer: 'speed' });
	try {
		const { output } = await session.run(Object.fromEntries(inputs.map((input, i) => [`input_${i}`, input])));
		return output;
	} finally {
		await session.close();
	}
}
