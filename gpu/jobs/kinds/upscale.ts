/** A small picture made four times as large, by stage II. */
import { z } from 'zod';
import { MAX_COMPONENTS } from '../../views/decompositions/table.ts';
import { componentReadings, viewReadings } from '../../views/readings.ts';
import { defineKind } from '../kind.ts';
import { MAX_TIMESTEP, prompt, samplingFields, walkCost } from '../sampling.ts';
import { blobRef, fit } from '../values.ts';
import { MAX_VIEWS } from './anagram.ts';
import { filterFields } from './hybrid.ts';

/** What the small picture is noised to where nothing says otherwise; of diffusers' pipeline. */
export const USUAL_NOISE_LEVEL = 250;

const schema = z.object({
	kind: z.literal('upscale'),
	/** The model is one of stage II. */
	...samplingFields,
	/** As many as `through` has readings. */
	prompts: z
		.array(prompt)
		.min(1)
		.max(Math.max(MAX_VIEWS + 1, MAX_COMPONENTS)),
	/** The small picture, any size: it is brought to a quarter of the model's sample size. */
	image: blobRef,
	fit,
	/** The timestep to which the small picture is noised: the higher, the more the network makes up. */
	noiseLevel: z.int().min(0).max(MAX_TIMESTEP),
	/** How the picture was made, as an anagram's views (none: one prompt, upright) or a hybrid's decomposition. */
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
