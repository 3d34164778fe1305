import { describe, expect, test } from 'vitest';
import { digitUnet } from '../../../gpu/models/digits/unet.ts';
import { cpuRules } from '../../../gpu/onnx/lower/cpu.ts';
import { lower, type Rule } from '../../../gpu/onnx/lower/lower.ts';
import { WEBGPU_RULES } from '../../../gpu/onnx/lower/webgpu.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { buildTrainingStep } from '../../../gpu/training/step.ts';

const canonical = () => buildTrainingStep(digitUnet('class', 4), { batchSize: 2 });

function step(rules: readonly Rule[]) {
	const graph = canonical();
	lower(graph, rules);
	return graph;
}

test('a step that was not lowered is rejected, naming an operation', () => {
	expect(() => toModel(canonical())).toThrow(
		'BatchNormalizationOfBatch: ONNX has no such operation; lower the graph first',
	);
});

describe('the step for WebGPU', () => {
	const { nodes } = step(WEBGPU_RULES);
	const types = new Set(nodes.map(({ op }) => op.type));

	test('uses only operations that WebGPU and CUDA have', () => {
		// FusedMatMul would run on the CPU, and neither has batch normalisation's training mode.
		expect([...types].sort()).toEqual([
			'Add',
			'BatchNormalization',
			'Concat',
			'Conv',
			'ConvTranspose',
			'Div',
			'Erf',
			'Exp',
			'Expand',
			'Gelu',
			'Gemm',
			'HardSigmoid',
			'MatMul',
			'Mul',
			'Pad',
			'ReduceMean',
			'ReduceSum',
			'Relu',
			'Reshape',
			'Slice',
			'Sqrt',
			'Sub',
			'Transpose',
		]);
		for (const { op, options } of nodes) {
			if (op.type === 'BatchNormalization') expect(op.attributes!(options)).not.toHaveProperty('training_mode');
		}
	});

	test('has no node with more inputs and outputs than a WebGPU shader has buffers', () => {
		expect(nodes.length).toBeGreaterThan(500);
		for (const { inputs, outputs } of nodes) expect(inputs.length + outputs.length).toBeLessThanOrEqual(8);
	});
});

describe('the step for the CPU', () => {
	const { nodes } = step(cpuRules());

	test('splits all parameters in two operations, and joins their gradients in two', () => {
		// Parameters that do not fill whole rows are one piece of the first split; the second also cuts off their padding.
		const pieces = digitUnet('class', 4).parameters.length + 2;
		const splits = nodes.filter(({ op }) => op.type === 'Split').map(({ outputs }) => outputs.length);
		expect(splits).toHaveLength(2);
		expect(splits[0] + splits[1]).toBe(pieces);
		for (const count of splits) {
			expect(nodes.some(({ op, inputs }) => op.type === 'Concat' && inputs.length === count)).toBe(true);
		}
	});

	test("lets batch normalisation's training mode overwrite only tensors that nothing else uses", () => {
		const layers = nodes.filter(({ op }) => op.type === 'BatchNormalization');
		const overwritten = layers.flatMap(({ inputs }) => inputs.slice(3));
		expect(layers).toHaveLength(4); // the 13 of larger images are not in training mode
		expect(new Set(overwritten).size).toBe(2 * layers.length);
		for (const value of overwritten) {
			expect(nodes.filter(({ inputs }) => inputs.includes(value))).toHaveLength(1);
			expect(nodes.find(({ outputs }) => outputs.includes(value))?.op.type).toBe('Mul');
		}
	});
});

test('no step computes a gradient of the picture', () => {
	// Every convolution of stride 1 has one for its gradient, with the weight flipped, except the first.
	const turned = step(cpuRules()).nodes.filter(({ op, inputs }) => op.type === 'Slice' && inputs[0].shape.length === 4);
	const shapes = turned.map(({ inputs: [weight] }) => weight.shape);
	expect(shapes.filter(([, , height, width]) => height === 3 && width === 3)).toHaveLength(12);
	expect(shapes).not.toContainEqual([1, 4, 3, 3]);
});
