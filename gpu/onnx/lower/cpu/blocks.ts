/**
 * The CPU's direct convolutions, and the layout that they take: images in blocks of channels, [B, C/b, H, W, b], where b
 * numbers fill a register. They need no copies of every pixel's neighbourhood. The operators are ONNX Runtime's own and not
 * documented; layouts as in onnxruntime/core/optimizer/nchwc_transformer.cc and onnxruntime/core/mlas/lib/reorder.cpp.
 *
 * Shapes stay as our rules know them, [B, C, H, W] with C a multiple of the block; the memory behind them is in blocks.
 */
import type { Value } from '../../graph.ts';
import { reshape, transpose } from '../../ops/movement.ts';
import { defineOp } from '../../ops/op.ts';

/** Images into blocks of channels. */
export const reorderInput = defineOp<void>({ type: 'ReorderInput', domain: 'com.microsoft.nchwc', infer: ([x]) => x });

/** Images out of blocks of channels. */
export const reorderOutput = defineOp<{ channels: number }>({
	type: 'ReorderOutput',
	domain: 'com.microsoft.nchwc',
	attributes: ({ channels }) => ({ channels: { int: channels } }),
	infer: ([x]) => x,
});

/** Images whose channels fill blocks, out of these. */
export function outOfBlocks(image: Value): Value {
	return reorderOutput([image], { channels: Number(image.shape[1]) });
}

export interface BlockedConvOptions {
	/** Height and width of the kernel, as all that follow. */
	readonly kernel: readonly [number, number];
	/** Zeros before the image and behind it; not negative. */
	readonly before: readonly [number, number];
	readonly after: readonly [number, number];
	/** Absent: 1. */
	readonly stride?: number;
	/** How far the taps of the kernel are apart; absent: 1. */
	readonly dilations?: readonly [number, number];
	/** Groups of channels, each with filters of its own; absent: 1. */
	readonly groups?: number;
}

/**
 * Convolution with everything in blocks. Inputs x [B, I, H, W], weight (blockWeight) [O, I/groups, h, w], bias [O], which may
 * be left out.
 */
export const blockedConv = defineOp<BlockedConvOptions>({
	type: 'Conv',
	domain: 'com.microsoft.nchwc',
	attributes: ({ kernel, before, after, stride = 1, dilations = [1, 1], groups = 1 }) => ({
		kernel_shape: { ints: kernel },
		pads: { ints: [...before, ...after] },
		strides: { ints: [stride, stride] },
		dilations: { ints: dilations },
		group: { int: groups },
	}),
	infer: ([x, weight], { kernel, before, after, stride = 1, dilations = [1, 1] }) => {
		const size = [0, 1].map((axis) => {
			const reach = dilations[axis] * (kernel[axis] - 1);
			return Math.floor((Number(x.shape[2 + axis]) + before[axis] + after[axis] - reach - 1) / stride) + 1;
		});
		return { dtype: x.dtype, shape: [x.shape[0], weight.shape[0], ...size] };
	},
});

/** [O, I, h, w] -> the same shape in the order [O/b, I/b, h, w, b of I, b of O]. */
export function blockWeight(weight: Value, block: number): Value {
	const [filters, channels, height, width] = weight.shape.map(Number);
	const blocks = reshape([weight], { shape: [filters / block, block, channels / block, block, height * width] });
	return reshape([transpose([blocks], { permutation: [0, 2, 4, 3, 1] })], { shape: weight.shape });
}

const known = new WeakMap<Value, Value>();

/** reorderInput of an image; the same value however often it is asked for. */
export function inBlocks(image: Value): Value {
	const blocks = known.get(image) ?? reorderInput([image]);
	known.set(image, blocks);
	return blocks;
}

/** Whether these are fp32, and made of whole blocks along `axes`. */
export function fillsBlocks(values: readonly Value[], axes: readonly number[], block: number): boolean {
	return values.every(({ dtype, shape }) => {
		return dtype === 'float32' && axes.every((axis) => Number(shape[axis]) % block === 0);
	});
}
