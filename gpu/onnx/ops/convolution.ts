/** Convolution, pooling and resampling on images [B, C, H, W]. */
import { known, ShapeError, showShape } from '../shape.ts';
import { defineOp, expectRank, expectSameType, expectShape } from './op.ts';

/** Stride-1 convolution. Inputs x [B, Cin, H, W], weight [Cout, Cin, k, k], bias [Cout]. Output [B, Cout, H', W']. */
export const conv = defineOp<{ padding: number }>({
	type: 'Conv',
	attributes: ({ padding }) => ({ pads: { ints: [padding, padding, padding, padding] } }),
	infer: (inputs, { padding }) => {
		const [x, weight, bias] = inputs;
		expectRank('Conv', x, 4);
		expectRank('Conv', weight, 4);
		expectSameType('Conv', inputs);
		const [batch, channels, height, width] = x.shape;
		const [filters, reduced, kernelHeight, kernelWidth] = weight.shape.map((dim) => known('Conv', dim, 'weight'));
		expectShape('Conv', bias, [filters]);
		if (channels !== reduced) {
			throw new ShapeError('Conv', `${reduced} channels for weight ${showShape(weight.shape)}`, showShape(x.shape));
		}
		const outHeight = known('Conv', height, 'height') + 2 * padding - kernelHeight + 1;
		const outWidth = known('Conv', width, 'width') + 2 * padding - kernelWidth + 1;
		return { dtype: x.dtype, shape: [batch, filters, outHeight, outWidth] };
	},
});

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
