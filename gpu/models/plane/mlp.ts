/** The network that learns distributions of points in the plane: small enough to train while people wait. */
import type { Value } from '../../onnx/graph.ts';
import { cos, gelu, mul, sin } from '../../onnx/ops/elementwise.ts';
import { concat, reshape } from '../../onnx/ops/movement.ts';
import { defineNetwork, type NetworkDefinition } from '../digits/definition.ts';
import { linearLayer } from '../digits/layers.ts';

/** Units in each hidden layer: twice as many learn no better in 2,000 steps and take more than twice as long. */
const WIDTH = 64;
const LAYERS = 3;

/** The waves that the network receives for a number, in addition to the number: each is half as long as the one before. */
interface Waves {
	/** Length of the first wave, in the number's units. */
	readonly length: number;
	readonly count: number;
}

/** From four times the whole time down to a thirtieth of it. */
const TIME_WAVES: Waves = { length: 4, count: 8 };

/** From the width of the visible plane down to half a square of the checkerboard. */
const PLACE_WAVES: Waves = { length: 12, count: 4 };

/**
 * A multilayer perceptron. Inputs: points x [B, 2], and the time t [B, 1] in 0..1. Output [B, 2]: a vector at each point, the
 * noise of a diffusion or the velocity of a flow.
 *
 * Waves make edges sharp within a few steps: without them the checkerboard's gaps stay half full (Tancik et al. 2020,
 * "Fourier Features Let Networks Learn High Frequency Functions in Low Dimensional Domains").
 */
export function planeMlp(): NetworkDefinition {
	return defineNetwork('plane_mlp', { x: [2], t: [1] }, (net, { x, t }) => {
		let h = concat([x, ...waves(x, PLACE_WAVES), ...waves(t, TIME_WAVES)], { axis: 1 }); // [B, 34]
		for (let i = 1; i <= LAYERS; i++) h = gelu([linearLayer(net, h, `hidden${i}`, WIDTH)]); // [B, WIDTH]
		return { output: linearLayer(net, h, 'out', 2) };
	});
}

/** Sines and cosines: x [B, n] -> two of [B, count · n]. */
function waves(x: Value, { length, count }: Waves): Value[] {
	const [batch, numbers] = [x.shape[0], Number(x.shape[1])];
	const frequencies = Float32Array.from({ length: count }, (_, k) => (2 * Math.PI * 2 ** k) / length);
	const angles = mul([reshape([x], { shape: [batch, 1, numbers] }), x.graph.constant(frequencies, [count, 1])]); // [B, count, n]
	const flat = reshape([angles], { shape: [batch, count * numbers] });
	return [sin([flat]), cos([flat])];
}
