/** Feature-wise linear modulation (FiLM, Perez et al. 2018) of group-normalised images. */
import { COMPOSITE, type Value } from '../graph.ts';
import { add, cast, mul } from './elementwise.ts';
import { linear } from './linear.ts';
import { reshape, split } from './movement.ts';
import { defineOpWithOutputs, expectShape } from './op.ts';

/** What modulates the images [B, C, H, W] of one block. */
export interface ModulationParameters {
	/** Of the Linear layer that makes scale and shift of the vector, one behind the other: [2C, n] and [2C]. */
	readonly weight: Value;
	readonly bias: Value;
	/** GroupNorm's own, [C, 1, 1]. */
	readonly normScale: Value;
	readonly normBias: Value;
}

/**
 * GroupNorm · (1 + scale) + shift as one gain and one offset for every channel, so that a large standardised image goes through
 * one Mul and one Add. Inputs x [B, n] and for every block its modulationInputs. Outputs for every block the gain and the
 * offset, [B, C, 1, 1].
 */
export const modulations = defineOpWithOutputs<void>({
	type: 'Modulations',
	domain: COMPOSITE,
	infer: ([x, ...inputs]) =>
		modulationBlocks(inputs).flatMap(({ weight, bias, normScale, normBias }) => {
			const channels = Number(normScale.shape[0]);
			expectShape('Modulations', weight, [2 * channels, x.shape[1]]);
			expectShape('Modulations', bias, [2 * channels]);
			expectShape('Modulations', normBias, normScale.shape);
			const output = { dtype: x.dtype, shape: [x.shape[0], channels, 1, 1] };
			return [output, output];
		}),
	expand: ([x, ...inputs]) =>
		modulationBlocks(inputs).flatMap(({ weight, bias, normScale, normBias }) => {
			const both = reshape([linear([x, weight, bias])], { shape: [x.shape[0], weight.shape[0], 1, 1] });
			const [scale, shift] = split([both], { axis: 1, parts: 2 });
			const one = x.graph.scalar(1);
			const gain = add([scale, x.dtype === 'float32' ? one : cast([one], { to: x.dtype })]);
			return [mul([gain, normScale]), add([mul([gain, normBias]), shift])];
		}),
});

/** The inputs of modulations for one block. */
export function modulationInputs({ weight, bias, normScale, normBias }: ModulationParameters): Value[] {
	return [weight, bias, normScale, normBias];
}

/** modulationInputs of several blocks, taken apart. */
export function modulationBlocks(inputs: readonly Value[]): ModulationParameters[] {
	return Array.from({ length: inputs.length / 4 }, (_, i) => {
		const [weight, bias, normScale, normBias] = inputs.slice(4 * i);
		return { weight, bias, normScale, normBias };
	});
}
