/** The distributions to learn in the plane. */
import { TorchGenerator } from '../../diffusion/noise.ts';
import type { ToyShape } from '../../jobs/index.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';

/**
 * Standard deviation of all shapes, over both axes; noise has 1. With this much room, paths spread out from the noise, and
 * those of a flow stay nearly straight; with only the noise's room they would first run into each other.
 */
export const SHAPE_DEVIATION = 2;

interface Shape {
	/** The point for two uniform numbers in 0..1. */
	point(u: number, v: number): readonly [x: number, y: number];
	readonly centre: readonly [x: number, y: number];
	/** The root of the mean of both variances, including the jitter. */
	readonly spread: number;
	/** Standard deviation of the scatter of points around their place, before scaling; 0: none. */
	readonly jitter: number;
}

const SHAPES: Readonly<Record<ToyShape, Shape>> = {
	/** Two interlocking half circles. */
	moons: {
		point(u, v) {
			const angle = Math.PI * u;
			return v < 0.5 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
		},
		centre: [0.5, 0.25],
		spread: 0.71,
		jitter: 0.05,
	},
	/** Every other square of a 4 x 4 board. */
	checkerboard: {
		point(u, v) {
			const x = 4 * u;
			const row = 2 * Math.floor(2 * v) + (Math.floor(x) % 2);
			return [x, row + ((2 * v) % 1)];
		},
		centre: [2, 2],
		spread: 2 / Math.sqrt(3),
		jitter: 0,
	},
	/** A circle inside another one of twice its radius, with as many points. */
	circles: {
		point(u, v) {
			const radius = v < 0.5 ? 1 : 0.5;
			return [radius * Math.cos(2 * Math.PI * u), radius * Math.sin(2 * Math.PI * u)];
		},
		centre: [0, 0],
		spread: 0.56,
		jitter: 0.035,
	},
	/** One arm with one and a half turns, equally dense outside and inside; after Sohl-Dickstein et al. 2015, figure 1. */
	spiral: {
		point(u) {
			const angle = Math.PI * Math.sqrt(2.25 + 18 * u);
			return [angle * Math.cos(angle), angle * Math.sin(angle)];
		},
		centre: [2.45, 0.41],
		spread: 7.25,
		jitter: 0.35,
	},
};

/** Independent draws, [count, 2], with mean 0. The same seed gives the same points. */
export function drawShape(name: ToyShape, count: number, seed: number): Tensor {
	const { point, centre, spread, jitter } = SHAPES[name];
	const source = new TorchGenerator(seed);
	const uniforms = source.uniform([count, 2], 0, 1).data;
	const noise = source.randn([count, 2]).data;
	const data = new Float32Array(2 * count);
	for (let i = 0; i < 2 * count; i += 2) {
		const place = point(uniforms[i], uniforms[i + 1]);
		for (const axis of [0, 1]) {
			const scattered = place[axis] + jitter * noise[i + axis];
			data[i + axis] = (SHAPE_DEVIATION * (scattered - centre[axis])) / spread;
		}
	}
	return tensor(data, [count, 2]);
}
