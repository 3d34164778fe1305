/** Variations of one picture: edits of it under the prompt that made it, from halfway down the timesteps, with other seeds. */
import { countSteps, planSampling } from '../../gpu/diffusion/plan.ts';
import { type Job, ownPromptsOf } from '../../gpu/jobs/index.ts';
import type { RawOptions, Upload } from './options.ts';

const VARIATIONS = 4;

/** The prompt for variations of a result's picture; undefined where the networks that made it can make none. */
export function promptToVary(job: Job): string | undefined {
	// The prompt describes only a part of it, and an edit would be of its middle square.
	if (job.kind === 'inpaint' && job.whole) return undefined;
	return ownPromptsOf(job)[0];
}

/**
 * @param options the options of the request that made the picture
 * @param most how many pictures can be asked for at once
 * @returns the options of an /edit
 */
export function variation(
	job: Job,
	prompt: string,
	{ embeddings }: RawOptions,
	image: Upload,
	most = VARIATIONS,
): RawOptions {
	const way = sampling(job);
	const start = Math.floor(countSteps(planSampling({ sampler: 'course', ...way })) / 2);
	const count = Math.min(VARIATIONS, most);
	return { image, prompt, start: String(start), count, ...way, ...(embeddings && { embeddings }) };
}

/** The sampling that made the picture; nothing for stage II, which has other networks and samples differently. */
function sampling(job: Job) {
	if (!('guidanceScale' in job && 'sampler' in job) || job.kind === 'upscale') return {};
	const { model, guidanceScale: guidance, negativePrompt: negative, steps, timesteps, eta } = job;
	// A model's own sampling is only for pictures that start from noise.
	const sampler = 'recipe' in job && job.recipe ? undefined : job.sampler;
	const given = { sampler, steps, timesteps, eta, ...(negative && { negative }) };
	const known = Object.entries(given).filter(([, value]) => value !== undefined);
	return { model, guidance, ...(Object.fromEntries(known) as Partial<typeof given>) };
}
