import type { JobOf } from '../gpu/jobs.ts';
import { defineCommand } from './command.ts';
import { altText, picture } from './figures/picture.ts';
import { describeSampling, promptOption, samplingOptions, samplingParameters } from './sampling.ts';

export const generate = defineCommand({
	name: 'generate',
	summary: 'Make a picture from a prompt',
	example: '"a photo of a dog" --seed 180',
	options: {
		prompt: promptOption,
		count: {
			kind: 'integer',
			summary: 'How many pictures; picture i uses seed + i',
			min: 1,
			max: 9,
			default: 1,
			example: 4,
		},
		...samplingOptions('ddpm'),
	},
	async run(options, { perform, blobs }) {
		const job: JobOf<'generate'> = {
			kind: 'generate',
			prompt: options.prompt,
			count: options.count,
			...samplingParameters(options),
		};
		const { images, notes } = await perform(job);
		const figures = await Promise.all(
			images.map((image, i) =>
				picture(blobs, image, {
					filename: `generate-${image.seed}.png`,
					alt: altText(
						`A picture generated from the prompt “${job.prompt}”`,
						images.length > 1 ? `Picture ${i + 1} of ${images.length}` : '',
						describeSampling({ ...job, seed: image.seed }),
					),
				}),
			),
		);
		return { text: [`“${job.prompt}”: ${describeSampling(job)}.`, ...notes].join(' '), figures };
	},
});
