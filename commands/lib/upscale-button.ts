/** The Upscale button below a picture of stage I. A command adopts it with one line in its buttons and one in its actions. */
import { DEFAULT_PROMPT, type Job } from '../../gpu/jobs/index.ts';
import { componentReadings } from '../../gpu/views/index.ts';
import type { FinishedJob, FollowUp, ReplyButton } from './command.ts';
import type { RawOptions } from './options.ts';
import { pictureAt } from './picture-at.ts';

/** @param index the picture's position among the job's images */
export function upscaleButton(index = 0): ReplyButton {
	return { action: 'upscale', label: 'Upscale', index };
}

/** What the button does, for a command's `actions`: runs /upscale on that picture, with the settings that made it. */
export const upscaleAction = {
	upscale: async ({ job, result, index }: FinishedJob): Promise<FollowUp> => {
		const { blob, seed } = pictureAt(result.images, index);
		const negative = 'negativePrompt' in job && job.negativePrompt !== '' && { negative: job.negativePrompt };
		const image = { blob, name: `${job.kind}-${seed}.png` };
		return { command: 'upscale', options: { image, ...reading(job), seed, ...negative } };
	},
};

/** The options that say what the picture shows and how it is read. */
function reading(job: Job): RawOptions {
	switch (job.kind) {
		case 'anagram':
			return { ...numbered(job.prompts), view: job.views.join(',') };
		case 'hybrid': {
			const { decomposition: kind, sigma, kernel } = job;
			// A reference that replaced a component's prompt is in the small picture already.
			const prompts = componentReadings(job).map(({ prompt }) => prompt ?? DEFAULT_PROMPT);
			return { ...numbered(prompts), kind, ...(sigma && { sigma }), ...(kernel && { kernel }) };
		}
		default:
			return 'prompt' in job ? { prompt: job.prompt } : {};
	}
}

/** prompt, prompt2, prompt3, … */
function numbered(prompts: readonly string[]): RawOptions {
	return Object.fromEntries(prompts.map((prompt, i) => [i === 0 ? 'prompt' : `prompt${i + 1}`, prompt]));
}
