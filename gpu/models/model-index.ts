/** model_index.json of a model directory: what a model that was made for Flipside says of itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SAMPLER_NAMES } from '../diffusion/samplers/index.ts';
import { configError } from '../explain-issue.ts';
import { timesteps } from '../jobs/sampling.ts';
import { readJson } from './json.ts';

const colour = z.number().min(-1).max(1);

/** A model's own way of being sampled. */
export const sampling = z.strictObject({
	sampler: z.enum(SAMPLER_NAMES),
	/** Descending, 0..999. */
	timesteps,
	/** x0 is clipped to [-1, 1] where the scheduler would threshold it. */
	clips: z.boolean().default(false),
	/** The mean grey level of its pictures, -1..1, which the start noise is given; absent: as it is by chance. */
	startColour: colour.optional(),
	/** The same of prompts that contain certain words. */
	startColours: z.record(z.string().min(1).max(100), colour).default({}),
});

const schema = z.object({
	flipside: z
		.strictObject({
			guidanceScale: z.number().min(0).max(100).optional(),
			/** Stage II: hold its pictures to the small one's pixels, for a network whose colours drift. */
			faithful: z.boolean().optional(),
			summary: z.string().min(1).max(300).optional(),
			/** What it draws well: they stand for the first, the second prompt of a request that has none. */
			defaultPrompts: z.array(z.string().min(1).max(200)).max(4).optional(),
			/** How it is best sampled where a request names no sampler, no steps and no timesteps. */
			sampling: sampling.optional(),
			/** Another model directory, whose text_encoder/ and tokenizer/ this model reads prompts with. */
			textEncoder: z
				.string()
				.max(255)
				.regex(/^\.\.\/[\w-][\w.-]*$/)
				.optional(),
		})
		.default({}),
});

type ModelIndex = z.infer<typeof schema>['flipside'];

/** Nothing where there is no such file. Throws a ModelError that names the file and the field. */
export async function readModelIndex(directory: string): Promise<ModelIndex> {
	const path = join(directory, 'model_index.json');
	if (!existsSync(path)) return {};
	const json = await readJson(path);
	const index = schema.safeParse(json);
	if (!index.success) throw configError(path, index.error.issues[0], json);
	return index.data.flipside;
}
