/** The diffusion of points in the plane: that of Ho et al. 2020. */
import { linear, type Schedule, TRAINED_TIMESTEPS } from './schedule.ts';

/** β from 1e-4 to 0.02 over 1000 timesteps, after which 0.6 % of the amplitude are signal. */
export const PLANE_SCHEDULE: Schedule = { alphasCumprod: linear(TRAINED_TIMESTEPS, 1e-4, 0.02) };

/** So many timesteps at even distances, from the last of all on: the walk begins at pure noise, however few they are. */
export function planeTimesteps(steps: number): readonly number[] {
	return Array.from({ length: steps }, (_, i) => Math.round(TRAINED_TIMESTEPS * (1 - i / steps)) - 1);
}
