/** The option for the timesteps to noise a picture to; the default is where the course shows the forward process. */
import { MAX_PICTURES, MAX_TIMESTEP } from '../../gpu/jobs/index.ts';
import type { IntegersOption } from './options.ts';

export const levelsOption = {
	kind: 'integers',
	label: 'Timesteps to noise it to (t)',
	summary: `Timesteps to noise it to, 0 = hardly any, ${MAX_TIMESTEP} = pure noise; one picture for each`,
	min: 0,
	max: MAX_TIMESTEP,
	maxCount: MAX_PICTURES,
	default: [250, 500, 750],
	example: '250,500,750',
} as const satisfies IntegersOption;
