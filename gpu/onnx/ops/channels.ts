/** A number for every channel of images [B, C, H, W]. */
import { COMPOSITE, type Value } from '../graph.ts';
import { add, mul } from './elementwise.ts';
import { reshape } from './movement.ts';
import { defineOp, expectShape } from './op.ts';

/** x · factor + more + bias. Inputs x [B, C, H, W], factor [C]; more [B, C, H, W] and bias [C], or neither. */
export const scaleChannels = defineOp<void>({
	type: 'ScaleChannels',
	domain: COMPOSITE,
	infer: ([x, factor, more, bias]) => {
		for (const vector of bias ? [factor, bias] : [factor]) expectShape('ScaleChannels', vector, [x.shape[1]]);
		if (more) expectShape('ScaleChannels', more, x.shape);
		return x;
	},
	expand: ([x, factor, more, bias]) => {
		const scaled = mul([x, perChannel(factor)]);
		return more && bias ? add([add([scaled, more]), perChannel(bias)]) : scaled;
	},
});

/** x · scale + bias. Inputs x [B, C, ...], scale and bias [C, 1, ...]. */
export const channelAffine = defineOp<void>({
	type: 'ChannelAffine',
	domain: COMPOSITE,
	infer: ([x, ...affine]) => {
		const shape = [x.shape[1], ...x.shape.slice(2).map(() => 1)];
		for (const value of affine) expectShape('ChannelAffine', value, shape);
		return x;
	},
	expand: ([x, scale, bias]) => add([mul([x, scale]), bias]),
});

/** [C] -> [C, 1, 1] */
function perChannel(vector: Value): Value {
	return reshape([vector], { shape: [vector.shape[0], 1, 1] });
}
