/** Operations that make one number of many. */
import { type Dim, known } from '../shape.ts';
import { expand } from './broadcasting.ts';
import { scaleBy } from './elementwise.ts';
import { defineOp, normalizeAxis } from './op.ts';

/** The mean along one axis, which stays with length 1. */
export const reduceMean = defineOp<{ axis: number }>({
	type: 'ReduceMean',
	attributes: () => ({ keepdims: { int: 1 } }),
	constants: ([x], { axis }) => [x.graph.integers([axis])],
	infer: ([x], { axis }) => {
		const shape: Dim[] = [...x.shape];
		shape[normalizeAxis('ReduceMean', axis, shape)] = 1;
		return { dtype: x.dtype, shape };
	},
	gradient: ({ inputs: [x], options: { axis } }, dy) => [
		() => {
			const count = known('ReduceMean', x.shape[normalizeAxis('ReduceMean', axis, x.shape)], 'length');
			return expand([scaleBy(dy, 1 / count)], { shape: x.shape });
		},
	],
});
