/**
 * The gradient of convolution kernels: for every tap, the product of one image with the other one, moved by that tap.
 * All of it is arithmetic on large matrices; what differs is how the moved copies are made.
 */
import type { Formulation, Value } from '../graph.ts';
import { ShapeError } from '../shape.ts';
import { blockedKernelGradient } from './blocked-kernel-gradient.ts';
import { reduceSum } from './broadcasting.ts';
import type { Kernel, StridedKernel } from './kernel-shape.ts';
import { gemm, matMulTransposedB } from './linear.ts';
import { concatAll, pad, reshape, slice, transpose } from './movement.ts';
import { defineOp } from './op.ts';

/**
 * Stride 1, where padding keeps the size. x [B, I, H, W], dy [B, O, H, W] -> [O, I, k, k].
 *
 *     dW[o, i, r, c] = Σ over b, h, w of x[b, i, h + r − p, w + c − p] · dy[b, o, h, w]
 *                    = Σ over b, h, w of x[b, i, h, w + c − p] · dy[b, o, h − r + p, w]
 *
 * So k moved copies of each do in place of k² of one: columns of x, rows of dy. Where one of them has few channels, its
 * k² copies are fewer still.
 */
export function kernelGradient(x: Value, dy: Value, { kernel, padding }: Kernel, formulation: Formulation): Value {
	if (2 * padding !== kernel - 1) {
		throw new ShapeError('Conv gradient', `padding ${(kernel - 1) / 2} for kernel ${kernel}`, String(padding));
	}
	const blocked = blockedKernelGradient(dy, x, { kernel, padding, stride: 1 });
	if (blocked) return blocked;
	const [batch, inChannels, height, width] = x.shape.map(Number);
	const outChannels = Number(dy.shape[1]);
	const fewer = Math.min(inChannels, outChannels);
	const separable = kernel * (inChannels + outChannels) <= kernel ** 2 * fewer;
	const all = { rows: kernel, columns: kernel };
	const none = { rows: 1, columns: 1 };
	const [ofX, ofDy]: [Taps, Taps] = separable
		? [
				{ rows: 1, columns: kernel },
				{ rows: kernel, columns: 1 },
			]
		: fewer === inChannels
			? [all, none]
			: [none, all];
	const copies = (image: Value, taps: Taps, mirror: boolean) => {
		const channels = Number(image.shape[1]) * taps.rows * taps.columns;
		return reshape([shifted(image, taps, mirror, formulation)], { shape: [batch, channels, height * width] });
	};
	const products = matMulTransposedB(copies(dy, ofDy, true), copies(x, ofX, false), formulation); // [B, O·taps, I·taps]
	const total = reshape([reduceSum([products], { axes: [0] })], {
		shape: [outChannels, ofDy.rows, ofDy.columns, inChannels, ofX.rows, ofX.columns],
	});
	const byTap = transpose([total], { permutation: [0, 3, 1, 4, 2, 5] }); // [O, I, rows.., columns..]
	return reshape([byTap], { shape: [outChannels, inChannels, kernel, kernel] });
}

interface Taps {
	readonly rows: number;
	readonly columns: number;
}

/**
 * Copies of every channel, moved to each of the taps, zeros coming in at the edges: [B, C, H, W] -> [B, C·rows·columns, H, W].
 * The copy for tap (r, c) holds at (h, w) what was at (h + r − rows/2, w + c − columns/2); mirrored: at h − r, w − c.
 */
function shifted(image: Value, taps: Taps, mirror: boolean, formulation: Formulation): Value {
	const count = taps.rows * taps.columns;
	if (count === 1) return image;
	if (formulation !== 'cpu') return shiftedBySlices(image, taps, mirror, formulation);
	const channels = Number(image.shape[1]);
	const kernels = new Float32Array(channels * count * count); // [C·taps, 1, rows, columns]
	for (let copy = 0; copy < channels * count; copy++) {
		const tap = copy % count;
		kernels[copy * count + (mirror ? count - 1 - tap : tap)] = 1;
	}
	const weight = image.graph.constant(kernels, [channels * count, 1, taps.rows, taps.columns]);
	return shiftByOneHot([image, weight], { channels, taps });
}

/** The same, cut out of the image with zeros around. CUDA's convolutions of single channels take twice the time. */
function shiftedBySlices(image: Value, { rows, columns }: Taps, mirror: boolean, formulation: Formulation): Value {
	const [batch, channels, height, width] = image.shape.map(Number);
	const around = [0, 0, (rows - 1) / 2, (columns - 1) / 2];
	const padded = pad([image], { before: around, after: around });
	const copies = Array.from({ length: rows * columns }, (_, copy) => {
		const tap = mirror ? rows * columns - 1 - copy : copy;
		const starts = [Math.floor(tap / columns), tap % columns];
		const moved = slice([padded], { axes: [2, 3], starts, ends: [starts[0] + height, starts[1] + width] });
		return reshape([moved], { shape: [batch, channels, 1, height, width] });
	});
	const joined = concatAll(copies, 2, formulation); // [B, C, taps, H, W]
	return reshape([joined], { shape: [batch, channels * rows * columns, height, width] });
}

/**
 * A convolution of each channel with kernels that hold a single 1: it moves. One pass, where Pad and Concat take several:
 * 140 to 183 GFLOP/s for the whole gradient, against 114 to 174.
 */
const shiftByOneHot = defineOp<{ channels: number; taps: Taps }>({
	type: 'Conv',
	attributes: ({ channels, taps: { rows, columns } }) => ({
		group: { int: channels },
		pads: { ints: [(rows - 1) / 2, (columns - 1) / 2, (rows - 1) / 2, (columns - 1) / 2] },
	}),
	infer: ([image, weight]) => ({ dtype: image.dtype, shape: image.shape.with(1, weight.shape[0]) }),
});

/**
 * Any stride. small [B, S, h, w] is the image on the side of the strides' result, large [B, L, H, W] the other one
 * -> [S, L, k, k]. For a convolution small is dy, for a transposed one x.
 *
 *     dW[s, l, r, c] = Σ over b, i, j of small[b, s, i, j] · large[b, l, i · stride + r − p, j · stride + c − p]
 *
 * Channels stand last, so that the pixels of a tap are cut out in whole rows and joined to one matrix.
 */
export function stridedKernelGradient(
	small: Value,
	large: Value,
	{ kernel, padding, stride }: StridedKernel,
	formulation: Formulation,
): Value {
	if (formulation === 'cuda') return convolutionOfBatch(small, large, { kernel, padding, stride });
	const blocked = blockedKernelGradient(small, large, { kernel, padding, stride });
	if (blocked) return blocked;
	const [batch, channels, height, width] = small.shape.map(Number);
	const others = Number(large.shape[1]);
	const amounts = [0, padding, padding, 0];
	const padded = pad([channelsLast(large)], { before: amounts, after: amounts }); // [B, H + 2p, W + 2p, L]
	const taps: Value[] = [];
	for (let row = 0; row < kernel; row++) {
		for (let column = 0; column < kernel; column++) {
			taps.push(
				slice([padded], {
					axes: [1, 2],
					starts: [row, column],
					ends: [row + (height - 1) * stride + 1, column + (width - 1) * stride + 1],
					steps: [stride, stride],
				}), // [B, h, w, L]
			);
		}
	}
	const pixels = batch * height * width;
	const columns = reshape([concatAll(taps, 3, formulation)], { shape: [pixels, kernel ** 2 * others] });
	const rows = reshape([channelsLast(small)], { shape: [pixels, channels] });
	const products = gemm([rows, columns], { transposeA: true }); // [S, k²·L]
	const byTap = transpose([reshape([products], { shape: [channels, kernel ** 2, others] })], {
		permutation: [0, 2, 1],
	});
	return reshape([byTap], { shape: [channels, others, kernel, kernel] });
}

/**
 * The same sum as one convolution, for any stride: images and channels change places, so it is summed over images; the small
 * image is the kernel, its pixels `stride` apart. CUDA has kernels for it: 0.6 ms in place of 1.4 ms for 64 to 128 channels at 28 x 28 (H100).
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

/** [B, C, H, W] -> [B, H, W, C] */
function channelsLast(image: Value): Value {
	return transpose([image], { permutation: [0, 2, 3, 1] });
}
