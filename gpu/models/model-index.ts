/** model_index.json of a model directory: how a model made for Flipside describes itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SAMPLER_NAMES } from '../diffusion/samplers/index.ts';
import { configError } from '../explain-issue.ts';
import { timesteps } from '../jobs/sampling.ts';
import { readJson } from './json.ts';

const colour = z.number().min(-1).max(1);

/** A model's own sampling recipe. */
export const sampling = z.strictObject({
	sampler: z.enum(SAMPLER_NAMES),
	/** Descending, 0..999. */
	timesteps,
	/** Whether x0 is clipped to [-1, 1] instead of thresholded as the scheduler says. */
	clips: z.boolean().default(false),
	/** The mean grey level of its pictures, -1..1, which the start noise is shifted to; absent: left to chance. */
	startColour: colour.optional(),
	/** The same for prompts that contain certain words. */
	startColours: z.record(z.string().min(1).max(100), colour).default({}),
});

const schema = z.object({
	flipside: z
		.strictObject({
			guidanceScale: z.number().min(0).max(100).optional(),
			/** Stage II: hold its pictures to the small picture's pixels, for a network whose colours drift. */
			faithful: z.boolean().optional(),
			summary: z.string().min(1).max(300).optional(),
			/** Prompts that it draws well: the first, second, … prompt of a request that gives none. */
			defaultPrompts: z.array(z.string().min(1).max(200)).max(4).optional(),
			/** How to sample it if a request names no sampler, no steps and no timesteps. */
			sampling: sampling.optional(),
			/** Another model directory, whose text_encoder/ and tokenizer/ this model uses. */
			textEncoder: z
				.string()
				.max(255)
				.regex(/^\.\.\/[\w-][\w.-]*$/)
				.optional(),
		})
		.default({}),
	/** The classes that diffusers loads it with; for a component that was left out, nulls. */
	watermarker: z.array(z.string().nullable()).optional().catch(undefined),
});

type ModelIndex = z.infer<typeof schema>['flipside'] & {
	/** Whether its pictures are meant to have a watermark. */
	readonly watermarked?: boolean;
};

/** Empty if there is no such file. Throws a ModelError that names the file and the field. */
export async function readModelIndex(directory: string): Promise<ModelIndex> {
	const path = join(directory, 'model_index.json');
	if (!existsSync(path)) return {};
	const json = await readJson(path);
	const index = schema.safeParse(json);
	if (!index.success) throw configError(path, index.error.issues[0], json);
	const { flipside, watermarker } = index.data;
	return { ...flipside, watermarked: typeof watermarker?.[0] === 'string' };
}
