/** Batch normalisation in ONNX's training mode, which only the CPU has. */
import type { Value } from '../../graph.ts';
import { scaleBy } from '../../ops/elementwise.ts';
import { type BatchNormOptions, batchNormShape } from '../../ops/normalization.ts';
import { defineOpWithOutputs } from '../../ops/op.ts';

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
