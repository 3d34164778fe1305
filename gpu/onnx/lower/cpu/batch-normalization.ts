/** What the CPU does by ONNX's BatchNormalization: itself in training mode, which only the CPU has, and what it contains. */
import type { Value } from '../../graph.ts';
import { scaleBy } from '../../ops/elementwise.ts';
import { reshape } from '../../ops/movement.ts';
import { type BatchNormOptions, batchNormalization, batchNormShape } from '../../ops/normalization.ts';
import { defineOpWithOutputs } from '../../ops/op.ts';

/** channelAffine of images, as batch normalisation with mean 0 and variance 1: one pass instead of two, the same numbers. */
export function affineByBatchNormalization([x, ...affine]: readonly Value[]): [Value] | undefined {
	if (x.dtype !== 'float32' || x.shape.length !== 4) return undefined;
	const channels = Number(x.shape[1]);
	const [scale, bias] = affine.map((value) => reshape([value], { shape: [channels] }));
	const [mean, variance] = [0, 1].map((value) => x.graph.constant(new Float32Array(channels).fill(value)));
	return [batchNormalization([x, scale, bias, mean, variance], { epsilon: 0 })];
}

/** batchNormalizationOfBatch as one node, which takes the statistics itself. */
export function batchNormalizationInTrainingMode(
	[x, scale, bias]: readonly Value[],
	options: BatchNormOptions,
): Value[] {
	// The CPU writes the new statistics over the old ones it is given. So these must be two tensors, not shared with each
	// other or with anyone: constants are shared when they are equal, and an input of the graph would be overwritten.
	const old = [scaleBy(scale, 0), scaleBy(bias, 0)];
	return trainingMode([x, scale, bias, ...old], options);
}

const trainingMode = defineOpWithOutputs<BatchNormOptions>({
	type: 'BatchNormalization',
	attributes: ({ epsilon }) => ({ epsilon: { float: epsilon }, training_mode: { int: 1 }, momentum: { float: 0 } }),
	infer: (inputs) => {
		const x = batchNormShape(inputs);
		return [x, inputs[1], inputs[2]].map(({ dtype, shape }) => ({ dtype, shape }));
	},
});
