/** The timesteps to which a picture is noised; the default is where the course looks at the forward process. */
import { MAX_PICTURES, MAX_TIMESTEP } from '../../gpu/jobs/index.ts';
import type { IntegersOption } from './options.ts';

export const levelsOption = {
	kind: 'integers',
	summary: `Timesteps to noise it to, 0 = hardly, ${MAX_TIMESTEP} = nothing but noise; one picture for each`,
	min: 0,
	max: MAX_TIMESTEP,
	maxCount: MAX_PICTURES,
	default: [250, 500, 750],
	example: '250,500,750',
} as const satisfies IntegersOption;
