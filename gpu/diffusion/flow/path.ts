/**
 * Flow matching: every picture x1 is joined with noise x0 by a straight line, x_t = (1 − t) x0 + t x1 for t from 0, the noise,
 * to 1, the picture. A network learns the mean velocity x1 − x0 of the lines through a point, and is then followed.
 * Source: Lipman et al. 2022, "Flow Matching for Generative Modeling"; Liu et al. 2022, "Flow Straight and Fast".
 */
import { combine, type Tensor } from '../../tensor/tensor.ts';

/** The velocity at x and the time t in 0..1, with everything else (classes, guidance, views) already decided; shaped as x. */
export type EstimateVelocity = (x: Tensor, t: number) => Promise<Tensor>;

/** x_t on the line from noise to picture, all of one shape. */
export function pointAt(noise: Tensor, picture: Tensor, t: number): Tensor {
	return combine(1 - t, noise, t, picture);
}

/** Where the velocity leads from x_t when it stays as it is: the picture x1 = x_t + (1 − t) u. */
export function impliedX1(x: Tensor, t: number, velocity: Tensor): Tensor {
	return combine(1, x, 1 - t, velocity);
}
