/** The losses that training minimises. */
import type { Value } from '../onnx/graph.ts';
import { reduceSum } from '../onnx/ops/broadcasting.ts';
import { mul, scaleBy, sub } from '../onnx/ops/elementwise.ts';
import { reshape } from '../onnx/ops/movement.ts';
import { logSoftmax } from '../onnx/ops/normalization.ts';
import { countElements } from '../onnx/shape.ts';

/** `mse`: the mean squared difference. `cross-entropy`: that of softmax(output) and a target distribution [B, classes]. */
export type Loss = 'mse' | 'cross-entropy';

/** The loss of a batch, shape []; output and target have the same shape [B, ...]. */
export const LOSSES: Readonly<Record<Loss, (output: Value, target: Value) => Value>> = {
	/** As in torch.nn.MSELoss: the mean over all values. */
	mse(output, target) {
		const difference = sub([output, target]);
		return scaleBy(total(mul([difference, difference])), 1 / countElements(output.shape).count);
	},
	/** As in torch.nn.CrossEntropyLoss with probabilities as targets: the mean over the batch. */
	'cross-entropy'(output, target) {
		const likelihood = mul([target, logSoftmax([output], { axis: -1 })]);
		return scaleBy(total(likelihood), -1 / Number(output.shape[0]));
	},
};

/** The sum of all elements, shape []. */
function total(x: Value): Value {
	return reshape([reduceSum([x], { axes: [...x.shape.keys()] })], { shape: [] });
}
