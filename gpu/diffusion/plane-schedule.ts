/** The diffusion schedule for points in the plane: that of Ho et al. 2020. */
import { linear, type Schedule, TRAINED_TIMESTEPS } from './schedule.ts';

/** β from 1e-4 to 0.02 over 1000 timesteps, after which 0.6 % of the amplitude is signal. */
export const PLANE_SCHEDULE: Schedule = { alphasCumprod: linear(TRAINED_TIMESTEPS, 1e-4, 0.02) };

/** `steps` evenly spaced timesteps, the last one first: the walk starts at pure noise, however few there are. */
export function planeTimesteps(steps: number): readonly number[] {
	return Array.from({ length: steps }, (_, i) => Math.round(TRAINED_TIMESTEPS * (1 - i / steps)) - 1);
}
