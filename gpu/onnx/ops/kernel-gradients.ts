/**
 * The gradient of convolution kernels: for every tap, the product of one image with the other one, moved by that tap.
 * All of it is arithmetic on large matrices; what differs is how the moved copies are made.
 */
import { COMPOSITE, type Value } from '../graph.ts';
import { ShapeError } from '../shape.ts';
import { reduceSum } from './broadcasting.ts';
import { gemm, matMulTransposedB } from './linear.ts';
import { concatAll, pad, reshape, slice, transpose } from './movement.ts';
import { defineOp } from './op.ts';

export interface Kernel {
	/** Height and width of the kernel. */
	readonly kernel: number;
	readonly padding: number;
}

export interface StridedKernel extends Kernel {
	readonly stride: number;
}

/**
 * Stride 1, where padding keeps the size. Inputs x [B, I, H, W], dy [B, O, H, W]. Output [O, I, k, k].
 *
 *     dW[o, i, r, c] = Σ over b, h, w of x[b, i, h + r − p, w + c − p] · dy[b, o, h, w]
 *                    = Σ over b, h, w of x[b, i, h, w + c − p] · dy[b, o, h − r + p, w]
 *
 * So k moved copies of each are enough instead of k² of one: columns of x, rows of dy. Where one of them has few channels,
 * its k² copies are fewer still.
 */
export const kernelGradient = defineOp<Kernel>({
	type: 'KernelGradient',
	domain: COMPOSITE,
	infer: ([x, dy], { kernel, padding }) => {
		if (2 * padding !== kernel - 1) {
			throw new ShapeError('Conv gradient', `padding ${(kernel - 1) / 2} for kernel ${kernel}`, String(padding));
		}
		return { dtype: dy.dtype, shape: [dy.shape[1], x.shape[1], kernel, kernel] };
	},
	expand: ([x, dy], { kernel }) => {
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
			const count = taps.rows * taps.columns;
			const moved = count === 1 ? image : movedCopies([image], { ...taps, mirror });
			return reshape([moved], { shape: [batch, Number(image.shape[1]) * count, height * width] });
		};
		const products = matMulTransposedB([copies(dy, ofDy, true), copies(x, ofX, false)]); // [B, O·taps, I·taps]
		const total = reshape([reduceSum([products], { axes: [0] })], {
			shape: [outChannels, ofDy.rows, ofDy.columns, inChannels, ofX.rows, ofX.columns],
		});
		const byTap = transpose([total], { permutation: [0, 3, 1, 4, 2, 5] }); // [O, I, rows.., columns..]
		return reshape([byTap], { shape: [outChannels, inChannels, kernel, kernel] });
	},
});

export interface Taps {
	readonly rows: number;
	readonly columns: number;
}

/**
 * Copies of every channel, moved to each of the taps, zeros coming in at the edges: [B, C, H, W] -> [B, C·rows·columns, H, W].
 * The copy for tap (r, c) holds at (h, w) what was at (h + r − rows/2, w + c − columns/2); mirrored: at h − r, w − c.
 */
export const movedCopies = defineOp<Taps & { readonly mirror: boolean }>({
	type: 'MovedCopies',
	domain: COMPOSITE,
	infer: ([image], { rows, columns }) => ({
		dtype: image.dtype,
		shape: image.shape.with(1, Number(image.shape[1]) * rows * columns),
	}),
	// Cut out of the image with zeros around it. A convolution of single channels takes CUDA twice the time.
	expand: ([image], { rows, columns, mirror }) => {
		const [batch, channels, height, width] = image.shape.map(Number);
		const around = [0, 0, (rows - 1) / 2, (columns - 1) / 2];
		const padded = pad([image], { before: around, after: around });
		const copies = Array.from({ length: rows * columns }, (_, copy) => {
			const tap = mirror ? rows * columns - 1 - copy : copy;
			const starts = [Math.floor(tap / columns), tap % columns];
			const moved = slice([padded], { axes: [2, 3], starts, ends: [starts[0] + height, starts[1] + width] });
			return reshape([moved], { shape: [batch, channels, 1, height, width] });
		});
		const joined = concatAll(copies, 2); // [B, C, taps, H, W]
		return reshape([joined], { shape: [batch, channels * rows * columns, height, width] });
	},
});

/**
 * Any stride. Inputs small [B, S, h, w], the image on the side of the strides' result, and large [B, L, H, W], the other one.
 * Output [S, L, k, k]. For a convolution small is dy, for a transposed one x.
 *
 *     dW[s, l, r, c] = Σ over b, i, j of small[b, s, i, j] · large[b, l, i · stride + r − p, j · stride + c − p]
 *
 * Channels are put last, so that the pixels of a tap are cut out in whole rows and joined to one matrix.
 */
export const stridedKernelGradient = defineOp<StridedKernel>({
	type: 'StridedKernelGradient',
	domain: COMPOSITE,
	infer: ([small, large], { kernel }) => ({
		dtype: small.dtype,
		shape: [small.shape[1], large.shape[1], kernel, kernel],
	}),
	expand: ([small, large], { kernel, padding, stride }) => {
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
		const columns = reshape([concatAll(taps, 3)], { shape: [pixels, kernel ** 2 * others] });
		const rows = reshape([channelsLast(small)], { shape: [pixels, channels] });
		const products = gemm([rows, columns], { transposeA: true }); // [S, k²·L]
		const byTap = transpose([reshape([products], { shape: [channels, kernel ** 2, others] })], {
			permutation: [0, 2, 1],
		});
		return reshape([byTap], { shape: [channels, others, kernel, kernel] });
	},
});

/** [B, C, H, W] -> [B, H, W, C] */
function channelsLast(image: Value): Value {
	return transpose([image], { permutation: [0, 2, 3, 1] });
}
