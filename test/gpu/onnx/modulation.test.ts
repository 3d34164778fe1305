import { describe, expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { Graph, type Value } from '../../../gpu/onnx/graph.ts';
import { cpuRulesForConstants } from '../../../gpu/onnx/lower/cpu.ts';
import { lower } from '../../../gpu/onnx/lower/lower.ts';
import { modulationInputs, modulations } from '../../../gpu/onnx/ops/modulation.ts';
import { relativeRms } from '../models/safetensors-files.ts';
import { floats, runGraph } from './run-graph.ts';

/** Of blocks of 1, 3 and 2 channels, with constant parameters. */
function ofThreeBlocks(x: Value): Value[] {
	const random = new TorchGenerator(8);
	const drawn = (...shape: number[]) => x.graph.constant(random.randn(shape).data, shape);
	const inputs = [1, 3, 2].flatMap((channels) =>
		modulationInputs({
			weight: drawn(2 * channels, Number(x.shape[1])),
			bias: drawn(2 * channels),
			normScale: drawn(channels, 1, 1),
			normBias: drawn(channels, 1, 1),
		}),
	);
	return modulations([x, ...inputs]);
}

describe('modulations', () => {
	test('are a gain and an offset for every channel', async () => {
		const { outputs, shapes } = await runGraph([floats([1, 2], [1, 2], ['B', 2])], (x) => {
			const constant = (values: number[], shape: number[]) => x.graph.constant(Float32Array.from(values), shape);
			const block = {
				weight: constant([3, 0, 0, 1], [2, 2]),
				bias: constant([1, 10], [2]),
				normScale: constant([2], [1, 1, 1]),
				normBias: constant([7], [1, 1, 1]),
			};
			return modulations([x, ...modulationInputs(block)]);
		});
		expect(shapes).toEqual([
			['B', 1, 1, 1],
			['B', 1, 1, 1],
		]);
		// scale = 3 · 1 + 1 and shift = 2 + 10: GroupNorm's 2 h + 7 becomes (2 h + 7) · (1 + 4) + 12.
		expect(outputs.map(({ data }) => [...data])).toEqual([[10], [47]]);
	});

	test('of all blocks at once are the same', async () => {
		const input = floats([2, 4], new TorchGenerator(9).randn([2, 4]).data, ['B', 4]);
		const [canonical, lowered] = [
			await runGraph([input], ofThreeBlocks),
			await runGraph([input], ofThreeBlocks, cpuRulesForConstants(1)),
		];
		expect(lowered.shapes).toEqual(canonical.shapes);
		for (const [i, { data }] of canonical.outputs.entries()) {
			expect(relativeRms(lowered.outputs[i].data, data)).toBeLessThan(1e-6);
		}
	});

	test.each([
		['small', 4, 2],
		['large', 2 ** 19, 3],
	])('are %s: products for %i numbers', (_, width, products) => {
		const graph = new Graph('test');
		const x = graph.input('x', 'float32', ['B', width]);
		const inputs = [1, 3, 2].flatMap((channels, i) =>
			modulationInputs({
				weight: graph.input(`weight${i}`, 'float32', [2 * channels, width]),
				bias: graph.input(`bias${i}`, 'float32', [2 * channels]),
				normScale: graph.input(`scale${i}`, 'float32', [channels, 1, 1]),
				normBias: graph.input(`shift${i}`, 'float32', [channels, 1, 1]),
			}),
		);
		modulations([x, ...inputs]);
		lower(graph, cpuRulesForConstants(1));
		expect(graph.nodes.filter(({ op }) => op.type === 'Gemm').length).toBe(products);
	});
});
