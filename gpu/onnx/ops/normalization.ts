/**
 * Normalisation and softmax. On the CPU mean and variance are taken in fp32 (measured). In fp16, CUDA's and WebGPU's
 * InstanceNormalization of 2048 numbers each was off by 4.6e-4 and 3.8e-4 (relative RMS, H100): rounding.
 */
import type { Formulation, Value, ValueType } from '../graph.ts';
import { channelSums, reduceSum } from './broadcasting.ts';
import { scaleChannels, scalesChannels } from './channels.ts';
import { add, div, exp, mul, relu, scaleBy, sqrt, sub } from './elementwise.ts';
import { channelDot } from './linear.ts';
import { reshape } from './movement.ts';
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
	gradient: ({ outputs: [y], options: { axis } }, [dy]) => [
		() => sub([dy!, mul([exp([y]), reduceSum([dy!], { axes: [axis] })])]),
	],
});

interface BatchNormOptions {
	readonly epsilon: number;
}

/** Throws unless x is [B, C, H, W] and the others are [C]. */
function batchNormShape(inputs: readonly Value[]): ValueType {
	const [x, ...vectors] = inputs;
	expectRank('BatchNormalization', x, 4);
	expectSameType('BatchNormalization', inputs);
	for (const vector of vectors) expectShape('BatchNormalization', vector, [x.shape[1]]);
	return x;
}

const epsilonAttribute = ({ epsilon }: BatchNormOptions) => ({ epsilon: { float: epsilon } });

/** (x − mean)/√(variance + epsilon) · scale + bias. Inputs x [B, C, H, W], scale, bias, mean, variance [C]. */
export const batchNormalization = defineOp<BatchNormOptions>({
	type: 'BatchNormalization',
	attributes: epsilonAttribute,
	infer: batchNormShape,
});

/** The same, where mean and variance are those of x: gradients flow back through them too, inside this one rule. */
const batchNormalizationOfItself = defineOp<BatchNormOptions>({
	type: 'BatchNormalization',
	attributes: epsilonAttribute,
	infer: batchNormShape,
	gradient: ({ inputs: [x, scale, , mean, variance], options }, [dy], formulation) =>
		batchNormGradients(x, scale, { mean, variance }, dy!, options, formulation),
});

/** The same as ONNX's training mode, which takes the statistics itself. Outputs: y, mean, population variance. */
const batchNormalizationTraining = defineOpWithOutputs<BatchNormOptions>({
	type: 'BatchNormalization',
	attributes: (options) => ({ ...epsilonAttribute(options), training_mode: { int: 1 }, momentum: { float: 0 } }),
	infer: (inputs) => {
		const x = batchNormShape(inputs);
		return [x, inputs[1], inputs[2]].map(({ dtype, shape }) => ({ dtype, shape }));
	},
	gradient: ({ inputs: [x, scale], outputs: [, mean, variance], options }, [dy], formulation) =>
		batchNormGradients(x, scale, { mean, variance }, dy!, options, formulation),
});

interface Statistics {
	/** Of every channel over batch, height and width, [C]. */
	readonly mean: Value;
	/** Population variance, [C]. */
	readonly variance: Value;
}

/**
 * Batch normalisation with the statistics of the batch itself (Ioffe & Szegedy 2015).
 * x [B, C, H, W], scale [C], bias [C] -> y [B, C, H, W] and the statistics. Gradients flow from y, not from the statistics.
 */
export function batchNormalizationOfBatch(
	[x, scale, bias]: readonly Value[],
	options: BatchNormOptions,
	formulation: Formulation,
): Statistics & { readonly y: Value } {
	if (formulation === 'cpu') {
		// The CPU writes the new statistics over the old ones it is fed. So these must be two tensors, not shared with each
		// other or with anyone: constants are shared when they are equal, and a fed array would be overwritten.
		const old = [scaleBy(scale, 0), scaleBy(bias, 0)];
		const [y, mean, variance] = batchNormalizationTraining([x, scale, bias, ...old], options);
		return { y, mean, variance };
	}
	// Neither CUDA nor WebGPU has the training mode.
	const [batch, , height, width] = x.shape.map(Number);
	const count = batch * height * width;
	const mean = scaleBy(channelSums(x), 1 / count);
	const meanSquare = scaleBy(channelDot(x, x, formulation), 1 / count);
	const variance = relu([sub([meanSquare, mul([mean, mean])])]);
	return { y: batchNormalizationOfItself([x, scale, bias, mean, variance], options), mean, variance };
}

/**
 * Gradients of x, scale and bias for dy [B, C, H, W]. Written as a·dy + b·x + c with a, b, c of one number per channel, so
 * that four passes over the large tensors do, two where scaleChannels is there. Derived by hand; checked against finite
 * differences and PyTorch.
 */
function batchNormGradients(
	x: Value,
	scale: Value,
	{ mean, variance }: Statistics,
	dy: Value,
	{ epsilon }: BatchNormOptions,
	formulation: Formulation,
): (() => Value)[] {
	const { graph } = x;
	const [batch, channels, height, width] = x.shape.map(Number);
	const count = batch * height * width;
	const perChannel = (v: Value) => reshape([v], { shape: [channels, 1, 1] });
	const inverseStd = div([graph.scalar(1), sqrt([add([variance, graph.scalar(epsilon)])])]); // [C]
	const dBias = channelSums(dy);
	const dScale = mul([sub([channelDot(dy, x, formulation), mul([mean, dBias])]), inverseStd]);
	return [
		() => {
			const a = mul([scale, inverseStd]);
			const b = scaleBy(mul([mul([a, inverseStd]), dScale]), -1 / count);
			const c = sub([scaleBy(mul([a, dBias]), -1 / count), mul([b, mean])]);
			if (scalesChannels(x, formulation)) return scaleChannels(dy, a, { bias: c, more: scaleChannels(x, b) });
			return add([add([mul([dy, perChannel(a)]), mul([x, perChannel(b)])]), perChannel(c)]);
		},
		() => dScale,
		() => dBias,
	];
}
