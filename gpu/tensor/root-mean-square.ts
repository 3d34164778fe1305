/** How far apart two tensors are, as one number. */
import { assertSameShape, type Tensor } from './tensor.ts';

/** The root of the mean squared difference between two tensors of the same shape. */
export function rootMeanSquare(a: Tensor, b: Tensor): number {
	assertSameShape(a, b, 'rootMeanSquare');
	const squares = a.data.reduce((sum, value, i) => sum + (value - b.data[i]) ** 2, 0);
	return Math.sqrt(squares / a.data.length);
}
