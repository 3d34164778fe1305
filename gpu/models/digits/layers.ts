/** The layers of the digit networks, with PyTorch's names and PyTorch's default initialisation. */
import type { Value } from '../../onnx/graph.ts';
import { conv, convTranspose } from '../../onnx/ops/convolution.ts';
import { add, gelu } from '../../onnx/ops/elementwise.ts';
import { gemm, linear } from '../../onnx/ops/linear.ts';
import { reshape } from '../../onnx/ops/movement.ts';
import { reduceMean } from '../../onnx/ops/reduction.ts';
import type { NetworkScope } from './definition.ts';

/** Conv2d: x [B, I, H, W] -> [B, out, H/stride, W/stride]; padding keeps the size if the stride is 1. */
interface ConvLayerOptions {
	readonly out: number;
	readonly stride?: 1 | 2;
	/** Whether batch normalisation follows, so that the bias has no effect; absent: no. */
	readonly normalised?: boolean;
}

const KERNEL = 3;

export function convLayer(net: NetworkScope, x: Value, name: string, options: ConvLayerOptions): Value {
	const { out, stride = 1, normalised = false } = options;
	const [weight, bias] = affine(net, name, [out, Number(x.shape[1]), KERNEL, KERNEL], out, !normalised);
	return conv([x, weight, bias], { padding: (KERNEL - 1) / 2, stride });
}

/** ConvTranspose2d(4, 2, 1): x [B, I, H, W] -> [B, out, 2H, 2W]. Batch normalisation follows. */
export function upConvLayer(net: NetworkScope, x: Value, name: string, out: number): Value {
	const [weight, bias] = affine(net, name, [Number(x.shape[1]), out, 4, 4], out, false);
	return convTranspose([x, weight, bias], { padding: 1, stride: 2 });
}

/**
 * ConvTranspose2d(size, size) on a single pixel: x [B, I] -> [B, out, size, size]. Batch normalisation follows.
 * Computed as one matrix product, as no two taps overlap.
 */
export function unflattenLayer(
	net: NetworkScope,
	x: Value,
	name: string,
	{ out, size }: { out: number; size: number },
): Value {
	const width = Number(x.shape[1]);
	const [weight, bias] = affine(net, name, [width, out, size, size], out, false);
	const spread = gemm([x, reshape([weight], { shape: [width, out * size * size] })], {}); // [B, out · size²]
	const image = reshape([spread], { shape: [x.shape[0], out, size, size] });
	return add([image, reshape([bias], { shape: [out, 1, 1] })]);
}

/** Linear: x [B, I] -> [B, out]. */
export function linearLayer(net: NetworkScope, x: Value, name: string, out: number): Value {
	const [weight, bias] = affine(net, name, [out, Number(x.shape[1])], out, true);
	return linear([x, weight, bias]);
}

/** BatchNorm2d, then GELU: x [B, C, H, W] -> the same shape. */
export function batchNormGelu(net: NetworkScope, x: Value, name: string): Value {
	const shape = [Number(x.shape[1])];
	const scale = net.parameter({ name: `${name}.weight`, shape, initial: { value: 1 }, trained: true });
	const bias = net.parameter({ name: `${name}.bias`, shape, initial: { value: 0 }, trained: true });
	return gelu([net.batchNorm(name, x, scale, bias)]);
}

/** The mean of every channel: x [B, C, H, W] -> [B, C]. */
export function channelMeans(x: Value): Value {
	const [batch, channels, height, width] = x.shape;
	const pixels = reshape([x], { shape: [batch, channels, Number(height) * Number(width)] });
	return reshape([reduceMean([pixels], { axis: 2 })], { shape: [batch, channels] });
}

/**
 * A layer's weight and bias, initialised as in torch.nn: kaiming_uniform_(a = √5), and uniform in ±1/√fan_in, where fan_in
 * counts the weight's second axis, for ConvTranspose2d too (torch/nn/init.py, torch/nn/modules/conv.py).
 */
function affine(
	net: NetworkScope,
	name: string,
	shape: readonly number[],
	out: number,
	biasMatters: boolean,
): [weight: Value, bias: Value] {
	const fanIn = shape.slice(1).reduce((product, dimension) => product * dimension, 1);
	const gain = Math.sqrt(2 / (1 + 5));
	const weight = net.parameter({
		name: `${name}.weight`,
		shape,
		// Not simplified to 1/√fan_in, so that every bit matches PyTorch.
		initial: { bound: Math.sqrt(3) * (gain / Math.sqrt(fanIn)) },
		trained: true,
	});
	const bias = net.parameter({
		name: `${name}.bias`,
		shape: [out],
		initial: { bound: 1 / Math.sqrt(fanIn) },
		trained: biasMatters,
	});
	return [weight, bias];
}
