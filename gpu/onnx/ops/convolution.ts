/** Convolution, pooling and resampling on images [B, C, H, W]. */
import { COMPOSITE, type Value } from '../graph.ts';
import { known, ShapeError, showShape } from '../shape.ts';
import { channelSums } from './broadcasting.ts';
import { kernelGradient, stridedKernelGradient } from './kernel-gradients.ts';
import { flip, transpose } from './movement.ts';
import { defineOp, expectRank, expectSameType, expectShape, type Operation } from './op.ts';

export interface ConvOptions {
	/** Zeros around the image, on every side. */
	readonly padding: number;
	/** Absent: 1. */
	readonly stride?: number;
}

const squareAttributes = ({ padding, stride = 1 }: ConvOptions) => ({
	pads: { ints: [padding, padding, padding, padding] },
	...(stride === 1 ? {} : { strides: { ints: [stride, stride] } }),
});

/**
 * Convolution. Inputs x [B, Cin, H, W], weight [Cout, Cin, k, k], bias [Cout], which may be left out.
 * Output [B, Cout, H', W'].
 */
export const conv: Operation<ConvOptions> = defineOp({
	type: 'Conv',
	attributes: squareAttributes,
	infer: (inputs, { padding, stride = 1 }) => {
		const [x, weight, bias] = inputs;
		expectRank('Conv', x, 4);
		expectRank('Conv', weight, 4);
		expectSameType('Conv', inputs);
		const [batch, channels, ...size] = x.shape;
		const [filters, reduced, ...kernel] = weight.shape.map((dim) => known('Conv', dim, 'weight'));
		if (bias) expectShape('Conv', bias, [filters]);
		if (channels !== reduced) {
			throw new ShapeError('Conv', `${reduced} channels for weight ${showShape(weight.shape)}`, showShape(x.shape));
		}
		const out = ['height', 'width'].map(
			(what, axis) => Math.floor((known('Conv', size[axis], what) + 2 * padding - kernel[axis]) / stride) + 1,
		);
		return { dtype: x.dtype, shape: [batch, filters, ...out] };
	},
	gradient: ({ inputs: [x, weight, bias], options }, dy) => {
		const { padding, stride = 1 } = options;
		const kernel = Number(weight.shape[2]);
		return [
			() => {
				if (stride === 1) return conv([dy, mirrored(weight)], { padding: kernel - 1 - padding });
				// What the strides left over at the far side got no gradient; it must be there all the same.
				const outputPadding = (Number(x.shape[2]) + 2 * padding - kernel) % stride;
				return convTranspose([dy, weight], { padding, stride, outputPadding });
			},
			() =>
				stride === 1
					? kernelGradient([x, dy], { kernel, padding })
					: stridedKernelGradient([dy, x], { kernel, padding, stride }),
			bias && (() => channelSums(dy)),
		];
	},
});

/**
 * Transposed convolution. Inputs x [B, Cin, H, W], weight [Cin, Cout, k, k], bias [Cout], which may be left out.
 * Output [B, Cout, H', W'], H' = (H − 1) · stride − 2 · padding + k + outputPadding.
 */
export const convTranspose: Operation<ConvOptions & { readonly outputPadding?: number }> = defineOp({
	type: 'ConvTranspose',
	attributes: ({ outputPadding = 0, ...options }) => ({
		...squareAttributes(options),
		...(outputPadding === 0 ? {} : { output_padding: { ints: [outputPadding, outputPadding] } }),
	}),
	infer: (inputs, { padding, stride = 1, outputPadding = 0 }) => {
		const [x, weight, bias] = inputs;
		expectRank('ConvTranspose', x, 4);
		expectRank('ConvTranspose', weight, 4);
		expectSameType('ConvTranspose', inputs);
		const [batch, channels, ...size] = x.shape;
		const [reduced, filters, ...kernel] = weight.shape.map((dim) => known('ConvTranspose', dim, 'weight'));
		if (bias) expectShape('ConvTranspose', bias, [filters]);
		if (channels !== reduced) {
			throw new ShapeError(
				'ConvTranspose',
				`${reduced} channels for weight ${showShape(weight.shape)}`,
				showShape(x.shape),
			);
		}
		const out = ['height', 'width'].map((what, axis) => {
			return (known('ConvTranspose', size[axis], what) - 1) * stride - 2 * padding + kernel[axis] + outputPadding;
		});
		return { dtype: x.dtype, shape: [batch, filters, ...out] };
	},
	gradient: ({ inputs: [x, weight, bias], options }, dy) => {
		const { padding, stride = 1 } = options;
		const kernel = Number(weight.shape[2]);
		return [
			() => conv([dy, weight], { padding, stride }),
			() => stridedKernelGradient([x, dy], { kernel, padding, stride }),
			bias && (() => channelSums(dy)),
		];
	},
});

/** The weight of the convolution that takes gradients back: [Cout, Cin, k, k] -> [Cin, Cout, k, k], both kernel axes reversed. */
function mirrored(weight: Value): Value {
	return flip([transpose([weight], { permutation: [1, 0, 2, 3] })], { axes: [2, 3] });
}

/** The mean of every 2 x 2 square: [B, C, H, W] -> [B, C, H/2, W/2]. H and W must be even. */
export const averagePool2 = defineOp<void>({
	type: 'AveragePool',
	attributes: () => ({ kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } }),
	infer: ([x]) => {
		expectRank('AveragePool', x, 4);
		const [batch, channels, height, width] = x.shape;
		const [h, w] = [known('AveragePool', height, 'height'), known('AveragePool', width, 'width')];
		if (h % 2 || w % 2) throw new ShapeError('AveragePool', 'an even height and width', showShape(x.shape));
		return { dtype: x.dtype, shape: [batch, channels, h / 2, w / 2] };
	},
});

/** Every pixel becomes a 2 x 2 square: [B, C, H, W] -> [B, C, 2H, 2W]. */
export const nearestUpsample2 = defineOp<void>({
	type: 'Resize',
	attributes: () => ({
		mode: { string: 'nearest' },
		coordinate_transformation_mode: { string: 'asymmetric' },
		nearest_mode: { string: 'floor' },
	}),
	constants: ([x]) => [undefined, x.graph.constant(Float32Array.of(1, 1, 2, 2))],
	infer: ([x]) => {
		expectRank('Resize', x, 4);
		const [batch, channels, height, width] = x.shape;
		const shape = [batch, channels, 2 * known('Resize', height, 'height'), 2 * known('Resize', width, 'width')];
		return { dtype: x.dtype, shape };
	},
});

/** conv of nearestUpsample2, with a kernel of 3 x 3 that keeps the size: x [B, Cin, H, W] -> [B, Cout, 2H, 2W]. */
export const upsampledConv = defineOp<void>({
	type: 'UpsampledConv',
	domain: COMPOSITE,
	infer: ([x, weight]) => {
		expectShape('UpsampledConv', weight, [weight.shape[0], x.shape[1], 3, 3]);
		const [height, width] = x.shape.slice(2).map(Number);
		return { dtype: x.dtype, shape: [x.shape[0], weight.shape[0], 2 * height, 2 * width] };
	},
	expand: ([x, ...parameters]) => conv([nearestUpsample2([x]), ...parameters], { padding: 1 }),
});
