/** A number for every channel of images [B, C, H, W]. */
import type { Formulation, Value } from '../graph.ts';
import { reshape } from './movement.ts';
import { defineOp } from './op.ts';

/** Height · width from which on scaleChannels pays. Below, its cost for every channel of every image is more than two passes. */
const LEAST_PIXELS = 14 ** 2;

/** Whether scaleChannels is there, and faster than what it stands for. */
export function scalesChannels({ shape }: Value, formulation: Formulation): boolean {
	return formulation === 'cpu' && shape.length === 4 && Number(shape[2]) * Number(shape[3]) >= LEAST_PIXELS;
}

/**
 * x · factor + bias + more on the CPU, in one pass: x and more [B, C, H, W], factor and bias [C]. A convolution of every
 * channel with a single tap, to which ONNX Runtime adds. 2.1 ms for a · x + b · y + c on [128, 64, 28, 28], against 3.6 ms
 * for two Mul and two Add.
 */
export function scaleChannels(x: Value, factor: Value, added?: { readonly bias: Value; readonly more: Value }): Value {
	const channels = Number(x.shape[1]);
	const taps = reshape([factor], { shape: [channels, 1, 1, 1] });
	return singleTaps([x, taps, ...(added ? [added.bias, added.more] : [])], { channels });
}

const singleTaps = defineOp<{ channels: number }>({
	type: 'FusedConv',
	domain: 'com.microsoft',
	attributes: ({ channels }) => ({ group: { int: channels } }),
	infer: ([x]) => x,
});
