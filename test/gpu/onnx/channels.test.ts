/** Gradients whose last passes scaleChannels joins: the same numbers as without it. */
import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { gradients } from '../../../gpu/onnx/gradients.ts';
import { type Formulation, Graph, type Value } from '../../../gpu/onnx/graph.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { reduceSum } from '../../../gpu/onnx/ops/broadcasting.ts';
import { gelu, mul } from '../../../gpu/onnx/ops/elementwise.ts';
import { batchNormalizationOfBatch } from '../../../gpu/onnx/ops/normalization.ts';
import { openSession } from '../../../gpu/onnx/session.ts';
import { relativeRms } from '../models/safetensors-files.ts';

type Build = (inputs: readonly Value[], formulation: Formulation) => Value;

/** The gradients of all inputs, and how often channels are scaled for them. */
async function differentiate(shapes: readonly (readonly number[])[], build: Build, formulation: Formulation) {
	const graph = new Graph('test');
	const inputs = shapes.map((shape, i) => graph.input(`input${i}`, 'float32', shape));
	const y = build(inputs, formulation);
	const loss = reduceSum([mul([y, mul([y, y])])], { axes: [0, 1, 2, 3] }); // whose slope is another one everywhere
	for (const [i, slope] of gradients(loss, inputs, formulation).entries()) graph.output(`gradient${i}`, slope);
	const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'training' });
	const random = new TorchGenerator(9);
	const outputs = await session.run(
		Object.fromEntries(shapes.map((shape, i) => [`input${i}`, random.randn(shape)] as const)),
	);
	await session.close();
	return { outputs, scaled: graph.nodes.filter(({ op }) => op.type === 'FusedConv').length };
}

const normalised: Build = (inputs, formulation) => batchNormalizationOfBatch(inputs, { epsilon: 1e-5 }, formulation).y;

test.each<[string, number[][], Build, number]>([
	['gelu', [[2, 3, 14, 15]], (v) => gelu(v), 1],
	['gelu of small images', [[2, 3, 7, 7]], (v) => gelu(v), 0],
	['batch normalisation', [[3, 4, 14, 15], [4], [4]], normalised, 2],
	['batch normalisation of small images', [[3, 4, 7, 7], [4], [4]], normalised, 0],
])('%s', async (_, shapes, build, expected) => {
	const cpu = await differentiate(shapes, build, 'cpu');
	const portable = await differentiate(shapes, build, 'portable');
	expect([cpu.scaled, portable.scaled]).toEqual([expected, 0]);
	for (const [name, { data, shape }] of Object.entries(portable.outputs)) {
		expect(cpu.outputs[name].shape).toEqual(shape);
		expect(relativeRms(cpu.outputs[name].data, data)).toBeLessThan(1e-5);
	}
});
