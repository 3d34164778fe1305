/**
 * Flow matching: a straight line joins each picture x1 to noise x0, x_t = (1 − t) x0 + t x1, with t from 0 (noise) to 1
 * (picture). A network learns the mean velocity x1 − x0 of the lines through a point; sampling follows that velocity.
 * Source: Lipman et al. 2022, "Flow Matching for Generative Modeling"; Liu et al. 2022, "Flow Straight and Fast".
 */
import { combine, type Tensor } from '../../tensor/tensor.ts';

/** The velocity at x and time t in 0..1, in the shape of x; everything else (classes, guidance, views) is already decided. */
export type EstimateVelocity = (x: Tensor, t: number) => Promise<Tensor>;

/** x_t on the line from noise to picture, all of the same shape. */
export function pointAt(noise: Tensor, picture: Tensor, t: number): Tensor {
	return combine(1 - t, noise, t, picture);
}

/** The picture that x_t reaches if the velocity stays constant: x1 = x_t + (1 − t) u. */
export function impliedX1(x: Tensor, t: number, velocity: Tensor): Tensor {
	return combine(1, x, 1 - t, velocity);
}
