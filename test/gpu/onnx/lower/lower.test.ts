/** Checks each device's rules alone: the replacement of an operation gives the same numbers. */
import { describe, expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { Graph, type Node, type Value } from '../../../../gpu/onnx/graph.ts';
import { cpuRules } from '../../../../gpu/onnx/lower/cpu.ts';
import { CUDA_RULES } from '../../../../gpu/onnx/lower/cuda.ts';
import { lower, type Rule, rule } from '../../../../gpu/onnx/lower/lower.ts';
import { WEBGPU_RULES } from '../../../../gpu/onnx/lower/webgpu.ts';
import { scaleChannels } from '../../../../gpu/onnx/ops/channels.ts';
import { add, exp, geluSlope, mul, scaleBy, sqrt } from '../../../../gpu/onnx/ops/elementwise.ts';
import { movedCopies, stridedKernelGradient } from '../../../../gpu/onnx/ops/kernel-gradients.ts';
import { channelDot, matMulTransposedB } from '../../../../gpu/onnx/ops/linear.ts';
import { concatAll, splitSizes } from '../../../../gpu/onnx/ops/movement.ts';
import { batchNormalizationOfBatch } from '../../../../gpu/onnx/ops/normalization.ts';
import { relativeRms } from '../../models/safetensors-files.ts';
import { floats, runGraph } from '../run-graph.ts';

type Build = (...values: Value[]) => Value | readonly Value[];

/** The number of nodes of `type` in the lowered graph. */
function countNodes(
	shapes: readonly (readonly number[])[],
	build: Build,
	rules: readonly Rule[],
	type: string,
): number {
	const graph = new Graph('test');
	build(...shapes.map((shape, i) => graph.input(`input${i}`, 'float32', shape)));
	lower(graph, rules);
	return graph.nodes.filter(({ op }: Node) => op.type === type).length;
}

const BATCH_NORM: Build = (...v) => batchNormalizationOfBatch(v, { epsilon: 1e-5 });
const COPIES: Build = (x) => [true, false].map((mirror) => movedCopies([x], { rows: 3, columns: 1, mirror }));
const STRIDED: Build = (...v) => stridedKernelGradient(v, { kernel: 4, padding: 1, stride: 2 });
const SPLIT: Build = (x) => splitSizes([x], { axis: 0, sizes: [1, 2, 1] });
const LARGE = [2, 3, 14, 15];
const SMALL = [2, 3, 7, 7];

describe.each<[string, readonly Rule[], [string, number[][], Build, string, number][]]>([
	[
		'the CPU',
		cpuRules(),
		[
			['batch normalisation', [LARGE, [3], [3]], BATCH_NORM, 'FusedConv', 1],
			['batch normalisation of small images', [[3, 4, 2, 2], [4], [4]], BATCH_NORM, 'Sub', 0],
			[
				'A · Bᵀ',
				[
					[2, 3, 4],
					[2, 5, 4],
				],
				(...v) => matMulTransposedB(v),
				'FusedMatMul',
				1,
			],
			['the dot of channels', [SMALL, SMALL], (...v) => channelDot(v), 'FusedMatMul', 1],
			['moved copies', [SMALL], COPIES, 'Pad', 0],
			['scaled channels', [LARGE, [3]], (...v) => scaleChannels(v), 'FusedConv', 1],
			['scaled channels with more', [LARGE, [3], LARGE, [3]], (...v) => scaleChannels(v), 'FusedConv', 1],
			['scaled channels of small images', [SMALL, [3], SMALL, [3]], (...v) => scaleChannels(v), 'FusedConv', 0],
			['the slope of gelu', [LARGE], (...v) => geluSlope(v), 'FusedConv', 1],
			['the slope of gelu of small images', [SMALL], (...v) => geluSlope(v), 'FusedConv', 0],
		],
	],
	[
		'CUDA',
		CUDA_RULES,
		[
			[
				'the gradient of a kernel with a stride',
				[
					[2, 3, 4, 4],
					[2, 5, 8, 8],
				],
				STRIDED,
				'Conv',
				1,
			],
			[
				'the same where the strides leave pixels over',
				[
					[2, 3, 4, 4],
					[2, 5, 9, 9],
				],
				STRIDED,
				'Slice',
				1,
			],
		],
	],
	[
		'WebGPU',
		WEBGPU_RULES,
		[
			['a join of seven', Array(7).fill([2]), (...v) => concatAll(v, 0), 'Concat', 1],
			['a join of fifty', Array(50).fill([2]), (...v) => concatAll(v, 0), 'Concat', 9],
			['a cut into pieces', [[4, 2]], SPLIT, 'Slice', 3],
		],
	],
])('the rules of %s', (_, rules, cases) => {
	test.each(cases)('%s', async (_, shapes, build, type, count) => {
		expect(countNodes(shapes, build, rules, type)).toBe(count);
		const random = new TorchGenerator(5);
		const inputs = shapes.map((shape) => floats(shape, random.randn(shape).data));
		const canonical = await runGraph(inputs, build);
		const lowered = await runGraph(inputs, build, rules);
		expect(lowered.shapes).toEqual(canonical.shapes);
		for (const [i, { shape, data }] of canonical.outputs.entries()) {
			expect(lowered.outputs[i].shape).toEqual(shape);
			expect(relativeRms(lowered.outputs[i].data, data)).toBeLessThan(1e-5);
		}
	});
});

describe('lowering', () => {
	const doubled = rule(exp, ([x]) => [scaleBy(x, 2)]);

	test('reaches nodes, outputs and their replacements', async () => {
		// √x is replaced by e^x, and that by 2x.
		const rules = [doubled, rule(sqrt, (x) => [exp(x)])];
		const build = ([x]: readonly Value[]) => {
			const y = sqrt([x]);
			return [y, add([mul([y, y]), x])];
		};
		const { outputs } = await runGraph([floats([2], [1, 3])], (...v) => build(v), rules);
		expect(outputs.map(({ data }) => [...data])).toEqual([
			[2, 6],
			[5, 39],
		]);
	});

	test('keeps a node that its rule returns', () => {
		expect(countNodes([[2]], (x) => exp([x]), [rule(exp, () => undefined)], 'Exp')).toBe(1);
	});
});
