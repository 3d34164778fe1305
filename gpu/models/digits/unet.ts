/**
 * The UNets of the course's second part, for pictures of digits.
 *
 * Names in the state_dict follow the assignment's figures: `init_conv`, `down1`, `down2`, `unflatten`, `up1`, `up2`,
 * `final_block`, `final_conv`, and `fc1_t`, `fc2_t`, `fc1_c`, `fc2_c` for the conditioning. Inside them:
 *
 *     ConvBlock    conv1, conv2: each a Conv2d `conv` and a BatchNorm2d `bn`
 *     DownBlock    down (Conv2d `conv` with stride 2, `bn`), block (a ConvBlock)
 *     UpBlock      up (ConvTranspose2d `conv`, `bn`), block (a ConvBlock)
 *     Unflatten    conv (ConvTranspose2d), bn
 *     FCBlock      fc1, fc2 (Linear)
 *
 * The same network in PyTorch, with the same names: test/fixtures/digits/make.py.
 */
import { ALL_DIGITS, type DigitModel } from '../../jobs/index.ts';
import type { Value } from '../../onnx/graph.ts';
import { add, gelu, mul } from '../../onnx/ops/elementwise.ts';
import { concat, reshape } from '../../onnx/ops/movement.ts';
import {
	defineNetwork,
	type Forward,
	type InputName,
	type InputShapes,
	type NetworkDefinition,
	type NetworkScope,
} from './definition.ts';
import { batchNormGelu, channelMeans, convLayer, linearLayer, unflattenLayer, upConvLayer } from './layers.ts';

/** Height and width of a digit. */
export const DIGIT_SIZE = 28;
export const CLASSES = ALL_DIGITS.length;

/** The side after two DownBlocks; Flatten averages over it. */
const SMALLEST = DIGIT_SIZE / 4;

/** A network's inputs other than the picture, and how they, as one number per channel [B, C, 1, 1], change h [B, C, H, W]. */
interface Conditioning {
	readonly told: readonly Exclude<InputName, 'x'>[];
	combine(h: Value, told: Readonly<Record<InputName, Value>>): Value;
}

/** The same in exercise 2.4 of 2024 and of 2025. */
const TIME_AND_CLASS: Conditioning = { told: ['t', 'c'], combine: (h, { t, c }) => add([mul([c, h]), t]) };

const CONDITIONINGS: Readonly<Record<DigitModel, Conditioning>> = {
	denoiser: { told: [], combine: (h) => h },
	time: { told: ['t'], combine: (h, { t }) => add([h, t]) },
	class: TIME_AND_CLASS,
	'flow-time': { told: ['t'], combine: (h, { t }) => mul([h, t]) },
	'flow-class': TIME_AND_CLASS,
};

const INPUT_SHAPES: Required<InputShapes> = { x: [1, DIGIT_SIZE, DIGIT_SIZE], t: [1], c: [CLASSES] };

/**
 * A UNet with D = `hidden` channels. Inputs, depending on its kind: x [B, 1, 28, 28]; t [B, 1], in 0..1, which is t/T for a
 * diffusion and t for a flow; c [B, 10], the class as a one-hot vector, zeros for none. Output: [B, 1, 28, 28].
 */
export function digitUnet(kind: DigitModel, hidden: number): NetworkDefinition {
	const { told } = CONDITIONINGS[kind];
	const inputs: InputShapes = {
		x: INPUT_SHAPES.x,
		...Object.fromEntries(told.map((name) => [name, INPUT_SHAPES[name]])),
	};
	const forward: Forward = (net, given) => {
		const condition = (h: Value, name: string) => conditioned(net, h, name, CONDITIONINGS[kind], given);
		const full = convBlock(net, given.x, 'init_conv', hidden); // [B, D, 28, 28]
		const half = downBlock(net, full, 'down1', hidden); // [B, D, 14, 14]
		const quarter = downBlock(net, half, 'down2', 2 * hidden); // [B, 2D, 7, 7]
		const flat = gelu([channelMeans(quarter)]); // [B, 2D]
		let h = unflatten(net, flat, 2 * hidden); // [B, 2D, 7, 7]
		h = condition(h, 'fc1');
		h = upBlock(net, concat([h, quarter], { axis: 1 }), 'up1', hidden); // [B, D, 14, 14]
		h = condition(h, 'fc2');
		h = upBlock(net, concat([h, half], { axis: 1 }), 'up2', hidden); // [B, D, 28, 28]
		h = convBlock(net, concat([h, full], { axis: 1 }), 'final_block', hidden);
		return { output: convLayer(net, h, 'final_conv', { out: 1 }) };
	};
	return defineNetwork(`digit_unet_${kind.replace('-', '_')}_${hidden}`, inputs, forward);
}

function conditioned(
	net: NetworkScope,
	h: Value,
	name: string,
	{ told, combine }: Conditioning,
	given: Readonly<Record<InputName, Value>>,
): Value {
	const [batch, channels] = h.shape;
	const vectors = told.map((input) => {
		const vector = fcBlock(net, given[input], `${name}_${input}`, Number(channels)); // [B, C]
		return [input, reshape([vector], { shape: [batch, channels, 1, 1] })];
	});
	return combine(h, Object.fromEntries(vectors));
}

export function convBlock(net: NetworkScope, x: Value, name: string, out: number): Value {
	return normalisedConv(net, normalisedConv(net, x, `${name}.conv1`, out), `${name}.conv2`, out);
}

/** Halves height and width. */
export function downBlock(net: NetworkScope, x: Value, name: string, out: number): Value {
	return convBlock(net, normalisedConv(net, x, `${name}.down`, out, 2), `${name}.block`, out);
}

/** Doubles height and width. */
function upBlock(net: NetworkScope, x: Value, name: string, out: number): Value {
	const up = batchNormGelu(net, upConvLayer(net, x, `${name}.up.conv`, out), `${name}.up.bn`);
	return convBlock(net, up, `${name}.block`, out);
}

function unflatten(net: NetworkScope, x: Value, out: number): Value {
	const image = unflattenLayer(net, x, 'unflatten.conv', { out, size: SMALLEST });
	return batchNormGelu(net, image, 'unflatten.bn');
}

function fcBlock(net: NetworkScope, x: Value, name: string, out: number): Value {
	return linearLayer(net, gelu([linearLayer(net, x, `${name}.fc1`, out)]), `${name}.fc2`, out);
}

function normalisedConv(net: NetworkScope, x: Value, name: string, out: number, stride: 1 | 2 = 1): Value {
	return batchNormGelu(net, convLayer(net, x, `${name}.conv`, { out, stride, normalised: true }), `${name}.bn`);
}
