/** How far two tensors are apart, as one number. */
import { assertSameShape, type Tensor } from './tensor.ts';

/** The root of the mean squared difference between tensors of one shape. */
export function rootMeanSquare(a: Tensor, b: Tensor): number {
	assertSameShape(a, b, 'rootMeanSquare');
	const squares = a.data.reduce((sum, value, i) => sum + (value - b.data[i]) ** 2, 0);
	return Math.sqrt(squares / a.data.length);
}
