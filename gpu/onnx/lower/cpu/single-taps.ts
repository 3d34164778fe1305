/** A number for every channel of images [B, C, H, W], in one pass on the CPU. */
import type { Value } from '../../graph.ts';
import { geluSlopeTerms, mul, sub } from '../../ops/elementwise.ts';
import { reshape } from '../../ops/movement.ts';
import { type BatchNormOptions, batchStatistics, inverseDeviation } from '../../ops/normalization.ts';
import { defineOp } from '../../ops/op.ts';

/** Height · width from which this pays. Below, its cost for every channel of every image is more than two passes. */
const LEAST_PIXELS = 14 ** 2;

const isLarge = ({ shape }: Value) => shape.length === 4 && Number(shape[2]) * Number(shape[3]) >= LEAST_PIXELS;

/**
 * scaleChannels of large images, as a convolution of every channel with a single tap, to which ONNX Runtime adds. 2.1 ms for
 * a · x + b · y + c on [128, 64, 28, 28], against 3.6 ms for two Mul and two Add.
 */
export function scaleBySingleTaps([x, factor, more, bias]: readonly Value[]): [Value] | undefined {
	if (!isLarge(x)) return undefined;
	return [throughTaps(x, factor, ...(more && bias ? [bias, more] : []))];
}

/**
 * batchNormalizationOfBatch of large images, in three passes that all threads share. On [128, 64, 28, 28] and 2 cores it takes 6 to
 * 9 ms, and ONNX Runtime's own, which has one thread, 13.
 */
export function batchNormalizationBySingleTaps(
	[x, scale, bias]: readonly Value[],
	{ epsilon }: BatchNormOptions,
): Value[] | undefined {
	if (!isLarge(x)) return undefined;
	const { mean, variance } = batchStatistics(x);
	const gain = mul([scale, inverseDeviation(variance, epsilon)]);
	return [throughTaps(x, gain, sub([bias, mul([mean, gain])])), mean, variance];
}

/** geluSlope of large images: its last two passes, · factor and +, in one. */
export function geluSlopeBySingleTaps([x]: readonly Value[]): [Value] | undefined {
	if (!isLarge(x)) return undefined;
	const { cumulative, density, factor } = geluSlopeTerms(x);
	const ofChannels = (value: number) => x.graph.constant(new Float32Array(Number(x.shape[1])).fill(value));
	return scaleBySingleTaps([density, ofChannels(factor), cumulative, ofChannels(0)]);
}

/** x · factor, + bias, + more: factor and bias [C]. */
function throughTaps(x: Value, factor: Value, ...added: [] | [bias: Value] | [bias: Value, more: Value]): Value {
	const channels = Number(x.shape[1]);
	const taps = reshape([factor], { shape: [channels, 1, 1, 1] });
	return singleTaps([x, taps, ...added], { channels });
}

const singleTaps = defineOp<{ channels: number }>({
	type: 'FusedConv',
	domain: 'com.microsoft',
	attributes: ({ channels }) => ({ group: { int: channels } }),
	infer: ([x]) => x,
});
