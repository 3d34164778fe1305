/** Normalisation and softmax. On the CPU mean and variance are taken in fp32 (measured); CUDA was not measured. */
import { defineOp, expectRank, expectSameType, expectShape, normalizeAxis } from './op.ts';

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

/** exp(x) / Σ exp(x) along an axis; the shape stays. */
export const softmax = defineOp<{ axis: number }>({
	type: 'Softmax',
	attributes: ({ axis }) => ({ axis: { int: axis } }),
	infer: ([x], { axis }) => {
		normalizeAxis('Softmax', axis, x.shape);
		return x;
	},
});
