/**
 * Normalisation and softmax. On the CPU mean and variance are taken in fp32 (measured). In fp16, CUDA's and WebGPU's
 * InstanceNormalization of 2048 numbers each was off by 4.6e-4 and 3.8e-4 (relative RMS, H100): rounding.
 */
import { COMPOSITE, type Value, type ValueType } from '../graph.ts';
import { channelSums, reduceSum } from './broadcasting.ts';
import { scaleChannels } from './channels.ts';
import { add, div, exp, mul, relu, scaleBy, sqrt, sub } from './elementwise.ts';
import { channelDot } from './linear.ts';
import { defineOp, defineOpWithOutputs, expectRank, expectSameType, expectShape, normalizeAxis } from './op.ts';

/**
 * Zero mean and unit variance over the last axis, for every row and channel on its own, then · scale + bias.
 * Inputs x [B, C, n], scale [C], bias [C]. Output [B, C, n].
 */
export const instanceNormalization = defineOp<{ epsilon: number }>({
	type: 'InstanceNormalization',
	attributes: ({ epsilon }) => ({ epsilon: { float: epsilon } }),
	infer: (inputs) => {
		const [x, scale, bias] = inputs;
		expectRank('InstanceNormalization', x, 3);
		expectSameType('InstanceNormalization', inputs);
		expectShape('InstanceNormalization', scale, [x.shape[1]]);
		expectShape('InstanceNormalization', bias, [x.shape[1]]);
		return x;
	},
});

/** Zero mean and unit variance over the last axis, then · scale + bias. Inputs x [..., n], scale [n], bias [n]. */
export const layerNormalization = defineOp<{ epsilon: number }>({
	type: 'LayerNormalization',
	attributes: ({ epsilon }) => ({ epsilon: { float: epsilon }, axis: { int: -1 } }),
	infer: (inputs) => {
		const [x, scale, bias] = inputs;
		expectSameType('LayerNormalization', inputs);
		expectShape('LayerNormalization', scale, [x.shape.at(-1)!]);
		expectShape('LayerNormalization', bias, [x.shape.at(-1)!]);
		return x;
	},
});

/**
 * x / √(mean of x² + epsilon) · scale over the last axis (Zhang & Sennrich 2019). Inputs x [..., n], scale [n]. ONNX Runtime
 * keeps this one in the standard domain, on all providers; the standard's own RMSNormalization needs opset 23.
 */
export const rmsNormalization = defineOp<{ epsilon: number }>({
	type: 'SimplifiedLayerNormalization',
	attributes: ({ epsilon }) => ({ epsilon: { float: epsilon }, axis: { int: -1 } }),
	infer: (inputs) => {
		const [x, scale] = inputs;
		expectSameType('SimplifiedLayerNormalization', inputs);
		expectShape('SimplifiedLayerNormalization', scale, [x.shape.at(-1)!]);
		return x;
	},
});

/** exp(x) / Σ exp(x) along an axis; the shape stays. */
export const softmax = defineOp<{ axis: number }>({
	type: 'Softmax',
	attributes: ({ axis }) => ({ axis: { int: axis } }),
	infer: ([x], { axis }) => {
		normalizeAxis('Softmax', axis, x.shape);
		return x;
	},
});

/** log softmax(x) along an axis; the shape stays. */
export const logSoftmax = defineOp<{ axis: number }>({
	type: 'LogSoftmax',
	attributes: ({ axis }) => ({ axis: { int: axis } }),
	infer: ([x], { axis }) => {
		normalizeAxis('LogSoftmax', axis, x.shape);
		return x;
	},
	gradient: ({ outputs: [y], options: { axis } }, dy) => [
		() => sub([dy, mul([exp([y]), reduceSum([dy], { axes: [axis] })])]),
	],
});

export interface BatchNormOptions {
	readonly epsilon: number;
}

/** Throws unless x is [B, C, H, W] and the others are [C]. */
export function batchNormShape(inputs: readonly Value[]): ValueType {
	const [x, ...vectors] = inputs;
	expectRank('BatchNormalization', x, 4);
	expectSameType('BatchNormalization', inputs);
	for (const vector of vectors) expectShape('BatchNormalization', vector, [x.shape[1]]);
	return x;
}

/** (x − mean)/√(variance + epsilon) · scale + bias. Inputs x [B, C, H, W], scale, bias, mean, variance [C]. */
export const batchNormalization = defineOp<BatchNormOptions>({
	type: 'BatchNormalization',
	attributes: ({ epsilon }) => ({ epsilon: { float: epsilon } }),
	infer: batchNormShape,
});

/**
 * Batch normalisation with the statistics of the batch itself (Ioffe & Szegedy 2015). Inputs x [B, C, H, W], scale [C],
 * bias [C]. Outputs y [B, C, H, W], and of every channel over batch, height and width the mean [C] and the population
 * variance [C]. Gradients flow back from y, through the statistics too, but not from the other outputs.
 */
export const batchNormalizationOfBatch = defineOpWithOutputs<BatchNormOptions>({
	type: 'BatchNormalizationOfBatch',
	domain: COMPOSITE,
	infer: (inputs) => {
		const { dtype, shape } = batchNormShape(inputs);
		const statistics = { dtype, shape: [shape[1]] };
		return [{ dtype, shape }, statistics, statistics];
	},
	expand: ([x, scale, bias], options) => {
		const { mean, variance } = batchStatistics(x);
		return [batchNormalization([x, scale, bias, mean, variance], options), mean, variance];
	},
	gradient: ({ inputs: [x, scale], outputs: [, mean, variance], options: { epsilon } }, [dy]) =>
		dy ? batchNormGradients(x, scale, { mean, variance, epsilon }, dy) : [],
});

/** Of every channel over batch, height and width, both [C]: the mean, and the population variance as E[x²] − E[x]². */
export function batchStatistics(x: Value): { mean: Value; variance: Value } {
	const [batch, , height, width] = x.shape.map(Number);
	const count = batch * height * width;
	const mean = scaleBy(channelSums(x), 1 / count);
	const meanSquare = scaleBy(channelDot([x, x]), 1 / count);
	return { mean, variance: relu([sub([meanSquare, mul([mean, mean])])]) };
}

/**
 * Gradients of x, scale and bias for dy [B, C, H, W]; mean and variance [C]. Written as a·dy + b·x + c, where a, b and c are
 * one number per channel, so that few passes over the large tensors do. Derived by hand; checked against finite differences
 * and PyTorch.
 */
function batchNormGradients(
	x: Value,
	scale: Value,
	{ mean, variance, epsilon }: { readonly mean: Value; readonly variance: Value } & BatchNormOptions,
	dy: Value,
): (() => Value)[] {
	const [batch, , height, width] = x.shape.map(Number);
	const count = batch * height * width;
	const inverseStd = inverseDeviation(variance, epsilon); // [C]
	const dBias = channelSums(dy);
	const dScale = mul([sub([channelDot([dy, x]), mul([mean, dBias])]), inverseStd]);
	return [
		() => {
			const a = mul([scale, inverseStd]);
			const b = scaleBy(mul([mul([a, inverseStd]), dScale]), -1 / count);
			const c = sub([scaleBy(mul([a, dBias]), -1 / count), mul([b, mean])]);
			return scaleChannels([dy, a, scaleChannels([x, b]), c]);
		},
		() => dScale,
		() => dBias,
	];
}

/** 1 / √(variance + epsilon) */
export function inverseDeviation(variance: Value, epsilon: number): Value {
	const { graph } = variance;
	return div([graph.scalar(1), sqrt([add([variance, graph.scalar(epsilon)])])]);
}
