/** What CUDA does in a way of its own. */
import type { Value } from '../graph.ts';
import { type StridedKernel, stridedKernelGradient } from '../ops/kernel-gradients.ts';
import { slice, transpose } from '../ops/movement.ts';
import { defineOp } from '../ops/op.ts';
import { type Rule, rule } from './lower.ts';

/**
 * stridedKernelGradient as one convolution: images and channels change places, so that it sums over images, and the small
 * image is the kernel, its pixels `stride` apart. CUDA has kernels for it: 0.6 ms instead of 1.4 ms for 64 to 128 channels at
 * 28 x 28 (H100).
 */
function convolutionOfBatch(small: Value, large: Value, { kernel, padding, stride }: StridedKernel): Value {
	const swapped = (image: Value) => transpose([image], { permutation: [1, 0, 2, 3] });
	const taps = tapsByConvolution([swapped(large), swapped(small)], { padding, stride }); // [L, S, k.., k..]
	// Where the strides left over something at the far side, there are taps for it too.
	const isMore = Number(taps.shape[2]) > kernel;
	return swapped(isMore ? slice([taps], { axes: [2, 3], starts: [0, 0], ends: [kernel, kernel] }) : taps);
}

const tapsByConvolution = defineOp<{ padding: number; stride: number }>({
	type: 'Conv',
	attributes: ({ padding, stride }) => ({
		pads: { ints: [padding, padding, padding, padding] },
		dilations: { ints: [stride, stride] },
	}),
	infer: ([large, small], { padding, stride }) => {
		const taps = [2, 3].map((axis) => {
			return Number(large.shape[axis]) + 2 * padding - (Number(small.shape[axis]) - 1) * stride;
		});
		return { dtype: large.dtype, shape: [large.shape[0], small.shape[0], ...taps] };
	},
});

export const CUDA_RULES: readonly Rule[] = [
	rule(stridedKernelGradient, ([small, large], shape) => [convolutionOfBatch(small, large, shape)]),
];
