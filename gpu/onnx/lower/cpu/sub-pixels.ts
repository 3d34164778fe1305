/**
 * Transposed convolution as direct convolutions, where the CPU has these: one for each place between the strides.
 * Source: Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?" (arXiv 1609.07009).
 */
import type { Value } from '../../graph.ts';
import { concat, flip, reshape, slice, transpose } from '../../ops/movement.ts';
import { multiplyDims } from '../../shape.ts';
import { blockedConv } from './blocks.ts';

export interface SubPixelOptions {
	/** Height and width of the kernel. */
	readonly kernel: number;
	readonly padding: number;
	readonly stride: number;
	/** Height and width of the result. */
	readonly size: readonly [number, number];
}

/**
 * Every stride-th pixel of one axis, from the `phase`-th on, as a convolution of its own.
 *
 *     y[j] = Σ over i of x[i] · w[j + padding − i · stride]
 *
 * So only every stride-th tap of the kernel counts for j = m · stride + phase, and these meet neighbouring i.
 */
interface Phase {
	/** The first of its taps in the reversed kernel, and how many there are. */
	readonly first: number;
	readonly taps: number;
	/** The zeros that they need before and behind x. */
	readonly before: number;
	readonly after: number;
}

function phasesOf(from: number, to: number, { kernel, padding, stride }: SubPixelOptions): Phase[] {
	return Array.from({ length: stride }, (_, phase) => {
		const lowest = (phase + padding) % stride;
		const taps = Math.ceil((kernel - lowest) / stride);
		const shift = Math.floor((phase + padding) / stride); // of the lowest tap, from m
		return {
			first: (kernel - 1 - lowest) % stride,
			taps,
			before: taps - 1 - shift,
			after: to / stride - from + shift,
		};
	});
}

/** Whether all phases have taps and the same number of pixels, and none leaves pixels of x out. */
export function fitsSubPixels(x: Value, options: SubPixelOptions): boolean {
	return [0, 1].every((axis) => {
		const phases = phasesOf(Number(x.shape[2 + axis]), options.size[axis], options);
		return phases.every(({ taps, before, after }) => taps > 0 && before >= 0 && after >= 0 && Number.isInteger(after));
	});
}

/**
 * Inputs x [B, I, h, w] in blocks, weight [I, O, k, k], bias [O], which may be left out. Output [B, O, H, W] in blocks.
 * 130 to 305 GFLOP/s with the changes of layout, where ONNX Runtime's ConvTranspose reaches 90 to 165 (2 cores with AVX-512,
 * 64 to 256 channels of 7 x 7 or 14 x 14).
 */
export function subPixelConv(inputs: readonly Value[], options: SubPixelOptions, block: number): Value {
	const [x, weight, ...bias] = inputs;
	const [batch, channels, ...from] = x.shape.map(Number);
	const filters = Number(weight.shape[1]);
	const [height, width] = options.size;
	const taps = reversedTaps(weight, block);
	const convAt = (row: Phase, column: Phase) => {
		const kernel = slice([taps], {
			axes: [1, 2],
			starts: [row.first, column.first],
			ends: [row, column].map((phase) => phase.first + (phase.taps - 1) * options.stride + 1),
			steps: [options.stride, options.stride],
		});
		const shape = [filters, channels, row.taps, column.taps];
		return blockedConv([x, reshape([kernel], { shape }), ...bias], {
			kernel: [row.taps, column.taps],
			before: [row.before, column.before],
			after: [row.after, column.after],
		});
	};
	// In blocks a pixel is a piece of memory, and so is a row of pixels.
	const rows = phasesOf(from[0], height, options).map((row) => {
		const columns = phasesOf(from[1], width, options).map((column) => convAt(row, column));
		return alternate(columns, block);
	});
	return reshape([alternate(rows, width * block)], { shape: [batch, filters, height, width] });
}

/** Pieces of this many numbers, one of each value in turn. */
export function alternate(values: readonly Value[], piece: number): Value {
	const [batch, ...rest] = values[0].shape;
	const count = multiplyDims(batch, rest.map(Number).reduce((product, dim) => product * dim, 1) / piece);
	return concat(
		values.map((value) => reshape([value], { shape: [count, piece] })),
		{ axis: 1 },
	);
}

/** [I, O, k, k] -> [O/b · I/b, k, k, b of I · b of O], both kernel axes reversed. */
function reversedTaps(weight: Value, block: number): Value {
	const [channels, filters, height, width] = weight.shape.map(Number);
	const blocks = reshape([weight], { shape: [channels / block, block, filters / block, block, height * width] });
	const taps = reshape([transpose([blocks], { permutation: [2, 0, 4, 1, 3] })], {
		shape: [(filters * channels) / block ** 2, height, width, block ** 2],
	});
	return flip([taps], { axes: [1, 2] });
}
