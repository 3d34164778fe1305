/** The residual block. Source: diffusers, models/resnet.py (ResnetBlock2D with time_embedding_norm "scale_shift"). */
import type { Value } from '../../onnx/graph.ts';
import { averagePool2, nearestUpsample2 } from '../../onnx/ops/convolution.ts';
import { add, gelu, mul } from '../../onnx/ops/elementwise.ts';
import { reshape, split } from '../../onnx/ops/movement.ts';
import {
	channelAffine,
	constant,
	convLayer,
	type GroupNormOptions,
	groupNorm,
	linearLayer,
	type Network,
	scaled,
	standardise,
	upsampledConvLayer,
} from '../layers.ts';
import type { ResnetStep } from './blocks.ts';

/**
 * x [B, Cin, H, W], embedding [B, timeWidth] -> [B, C, H', W'], where H' is H, 2H or H/2.
 * Resampling has no parameters: neighbours are averaged, or pixels repeated.
 */
export function resnetBlock(net: Network, x: Value, embedding: Value, step: ResnetStep, norm: GroupNormOptions): Value {
	const { name, channels } = step;
	const resample = {
		none: (value: Value) => value,
		down: (v: Value) => averagePool2([v]),
		up: (v: Value) => nearestUpsample2([v]),
	}[step.resample];
	let h = gelu([groupNorm(net, x, `${name}.norm1`, norm)]); // [B, Cin, H, W]
	h =
		step.resample === 'up'
			? upsampledConvLayer(net, h, `${name}.conv1`, { out: channels })
			: convLayer(net, resample(h), `${name}.conv1`, { out: channels, kernel: 3 }); // [B, C, H', W']
	h = modulate(net, h, embedding, name, norm);
	h = convLayer(net, gelu([h]), `${name}.conv2`, { out: channels, kernel: 3 });

	let shortcut = resample(x);
	if (x.shape[1] !== channels)
		shortcut = convLayer(net, shortcut, `${name}.conv_shortcut`, { out: channels, kernel: 1 });
	return scaled(net, add([shortcut, h]), 1 / step.scale);
}

/**
 * GroupNorm(h) · (1 + scale) + shift, with scale and shift from the embedding (FiLM, Perez et al. 2018).
 * GroupNorm's own weight and bias are folded into them, so that the large h goes through one Mul and one Add.
 */
function modulate(net: Network, h: Value, embedding: Value, name: string, norm: GroupNormOptions): Value {
	const channels = Number(h.shape[1]);
	const projected = linearLayer(net, embedding, `${name}.time_emb_proj`, 2 * channels); // [B, 2C]
	const [scale, shift] = split([reshape([projected], { shape: [h.shape[0], 2 * channels, 1, 1] })], {
		axis: 1,
		parts: 2,
	});
	const affine = channelAffine(net, h, `${name}.norm2`); // [C, 1, 1]
	const gain = add([scale, constant(net, Float32Array.of(1), [])]); // [B, C, 1, 1]
	const offset = add([mul([gain, affine.bias]), shift]); // [B, C, 1, 1]
	return add([mul([standardise(net, h, norm), mul([gain, affine.scale])]), offset]);
}
