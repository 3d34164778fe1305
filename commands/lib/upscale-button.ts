/** The Upscale button below a picture of stage I. A command adopts it with one line in its buttons and one in its actions. */
import { enlargingOf, type Job } from '../../gpu/jobs/index.ts';
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
	const { prompts, through } = enlargingOf(job);
	const named = Object.fromEntries(prompts.map((prompt, i) => [i === 0 ? 'prompt' : `prompt${i + 1}`, prompt]));
	if (through.kind === 'views') return { ...named, ...(through.views.length > 0 && { view: through.views.join(',') }) };
	const { decomposition: kind, sigma, kernel } = through;
	return { ...named, kind, ...(sigma && { sigma }), ...(kernel && { kernel }) };
}
