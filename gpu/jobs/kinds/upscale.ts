/** A small picture made four times as large by stage II. */
import * as z from 'zod';
import { MAX_COMPONENTS } from '../../views/decompositions/table.ts';
import { componentReadings, viewReadings } from '../../views/readings.ts';
import { defineKind } from '../kind.ts';
import { MAX_TIMESTEP, prompt, samplingFields, walkCost } from '../sampling.ts';
import { blobRef, fit } from '../values.ts';
import { MAX_VIEWS } from './anagram.ts';
import { filterFields } from './hybrid.ts';

/** The timestep to which the small picture is noised by default, as in diffusers' pipeline. */
export const USUAL_NOISE_LEVEL = 250;

const schema = z.object({
	kind: z.literal('upscale'),
	/** The model is a stage II model. */
	...samplingFields,
	/** As many as `through` has readings. */
	prompts: z
		.array(prompt)
		.min(1)
		.max(Math.max(MAX_VIEWS + 1, MAX_COMPONENTS)),
	/** The small picture, of any size: it is resized to a quarter of the model's sample size. */
	image: blobRef,
	fit,
	/** The timestep to which the small picture is noised: the higher it is, the more the network invents. */
	noiseLevel: z.int().min(0).max(MAX_TIMESTEP),
	/** How the picture was made: an anagram's views (none: one prompt, upright) or a hybrid's decomposition. */
	through: z.discriminatedUnion('kind', [
		z.object({ kind: z.literal('views'), views: z.array(z.string()).max(MAX_VIEWS) }),
		z.object({ kind: z.literal('components'), decomposition: z.string(), ...filterFields }),
	]),
});

export const upscale = defineKind({
	network: 'pictures',
	schema,
	cost: (job) => readingsOf(job).length * walkCost(job),
});

const readingsOf = ({ prompts, through }: Pick<z.infer<typeof schema>, 'prompts' | 'through'>) =>
	through.kind === 'views' ? viewReadings({ ...through, prompts }) : componentReadings({ ...through, prompts });
