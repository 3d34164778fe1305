/** The CPU's rules for networks whose weights are constants, on their own. */
import { describe, expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { Graph, type Value } from '../../../../gpu/onnx/graph.ts';
import { findConvolutionBlock } from '../../../../gpu/onnx/lower/cpu/find-block.ts';
import { cpuRulesForConstants } from '../../../../gpu/onnx/lower/cpu.ts';
import { lower, type Rule } from '../../../../gpu/onnx/lower/lower.ts';
import { channelAffine } from '../../../../gpu/onnx/ops/channels.ts';
import { averagePool2, upsampledConv } from '../../../../gpu/onnx/ops/convolution.ts';
import type { Shape } from '../../../../gpu/onnx/shape.ts';
import { relativeRms } from '../../models/safetensors-files.ts';
import { floats, runGraph } from '../run-graph.ts';

const block = await findConvolutionBlock();
const random = new TorchGenerator(3);

type Build = (images: readonly Value[]) => Value;

/** How many there are in the lowered graph. */
function countConvolutions(shape: Shape, build: Build, rules: readonly Rule[]): number {
	const graph = new Graph('test');
	build([graph.input('image', 'float32', shape)]);
	lower(graph, rules);
	return graph.nodes.filter(({ op }) => op.type === 'Conv').length;
}

function upsampled(filters: number, channels: number): Build {
	const [weight, bias] = [[filters, channels, 3, 3], [filters]].map((shape) => random.randn(shape).data);
	return ([x]) => {
		const { graph } = x;
		return upsampledConv([x, graph.constant(weight, [filters, channels, 3, 3]), graph.constant(bias, [filters])]);
	};
}

test.each([
	[2, [3, 4, 5, 6], 'BatchNormalization'],
	[3, [3, 4, 5, 6], 'Mul,Add'],
	[2, [3, 4, 5], 'Mul,Add'],
])('with %i threads, scale and bias of channels of %j are %s', async (threads, shape, types) => {
	const [scale, bias] = [1, 2].map((seed) => new TorchGenerator(seed).randn([4]).data);
	const affine = ([x]: readonly Value[]) => {
		const perChannel = (values: Float32Array) => x.graph.constant(values, [4, ...shape.slice(2).map(() => 1)]);
		return channelAffine([x, perChannel(scale), perChannel(bias)]);
	};
	const rules = cpuRulesForConstants(threads);
	const graph = new Graph('test');
	affine([graph.input('x', 'float32', shape)]);
	lower(graph, rules);
	expect(graph.nodes.flatMap(({ op }) => (op.type === 'Reshape' ? [] : [op.type])).join()).toBe(types);
	const image = floats(shape, random.randn(shape).data, ['B', ...shape.slice(1)]);
	const canonical = await runGraph([image], (x) => affine([x]));
	const lowered = await runGraph([image], (x) => affine([x]), rules);
	expect(lowered.shapes).toEqual(canonical.shapes);
	expect(relativeRms(lowered.outputs[0].data, canonical.outputs[0].data)).toBeLessThan(1e-6);
});

// There is nothing to compare on a CPU without blocked convolutions.
describe.skipIf(block === undefined)('with constant weights', () => {
	test.each<[string, number[], Build, number]>([
		['a convolution of repeated pixels', [3, 32, 5, 4], upsampled(16, 32), 4],
		['the same of channels that fill no block: as it is', [3, 12, 5, 4], upsampled(16, 12), 1],
		['a pool of channels that fill no block', [3, 12, 6, 4], (images) => averagePool2(images), 1],
		['a pool of channels that fill blocks: as it is', [3, 16, 6, 4], (images) => averagePool2(images), 0],
	])('%s', async (_, shape, build, convolutions) => {
		const image = floats(shape, random.randn(shape).data, ['B', ...shape.slice(1)]);
		const rules = cpuRulesForConstants(1, block);
		expect(countConvolutions(image.shape, build, rules)).toBe(convolutions);
		const canonical = await runGraph([image], (x) => build([x]));
		const lowered = await runGraph([image], (x) => build([x]), rules);
		expect(lowered.shapes).toEqual(canonical.shapes);
		expect(lowered.outputs[0].shape).toEqual(canonical.outputs[0].shape);
		expect(relativeRms(lowered.outputs[0].data, canonical.outputs[0].data)).toBeLessThan(1e-6);
	});
});
