/**
 * The distance between two sets of points: how far points must move on average, projected on each direction in turn.
 * Source: Rabin et al. 2011, "Wasserstein Barycenter and its Application to Texture Mixing"; on a line the best transport
 * pairs the points in sorted order.
 */
import { assertSameShape, type Tensor } from './tensor.ts';

/** How many directions are spread over half a turn. */
const DIRECTIONS = 60;

/** The mean 1-Wasserstein distance between the projections of a and b, each [N, 2]. */
export function slicedWasserstein(a: Tensor, b: Tensor): number {
	assertSameShape(a, b, 'slicedWasserstein');
	let total = 0;
	for (let k = 0; k < DIRECTIONS; k++) {
		const angle = (Math.PI * k) / DIRECTIONS;
		const [p, q] = [a, b].map((points) => projected(points, Math.cos(angle), Math.sin(angle)).sort());
		total += p.reduce((sum, value, i) => sum + Math.abs(value - q[i]), 0) / p.length;
	}
	return total / DIRECTIONS;
}

/** [N, 2] -> [N] */
function projected({ data, shape: [count] }: Tensor, x: number, y: number): Float64Array {
	return Float64Array.from({ length: count }, (_, i) => x * data[2 * i] + y * data[2 * i + 1]);
}
