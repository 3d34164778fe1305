/** Variations of one picture: an edit of it under the prompt that made it, from the middle of the way and with other seeds. */
import { countSteps, planSampling } from '../../gpu/diffusion/plan.ts';
import type { Job } from '../../gpu/jobs/index.ts';
import type { RawOptions, Upload } from './options.ts';

const VARIATIONS = 4;

/** Whether the networks that made a result can make another one of a picture, and of which prompt. */
export function promptToVary(job: Job): string | undefined {
	// The prompt is of a part of it, and an edit would be of its middle square.
	if (job.kind === 'inpaint' && job.whole) return undefined;
	if ('prompt' in job) return job.prompt;
	return 'prompts' in job ? job.prompts[0] : undefined;
}

/**
 * @param options of the request that made the picture
 * @param most how many pictures can be asked for at once
 * @returns those of an /edit
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

/** As the picture was made; one of stage II was made by other networks, in another way. */
function sampling(job: Job) {
	if (!('guidanceScale' in job && 'sampler' in job) || job.kind === 'upscale') return {};
	const { model, guidanceScale: guidance, negativePrompt: negative, steps, timesteps, eta } = job;
	// A model's own way is for pictures out of nothing.
	const sampler = 'recipe' in job && job.recipe ? undefined : job.sampler;
	const given = { sampler, steps, timesteps, eta, ...(negative && { negative }) };
	const known = Object.entries(given).filter(([, value]) => value !== undefined);
	return { model, guidance, ...(Object.fromEntries(known) as Partial<typeof given>) };
}
