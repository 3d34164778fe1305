import type { JobOf } from '../gpu/jobs.ts';
import { MAX_STEPS } from '../gpu/jobs.ts';
import { defineCommand } from './command.ts';
import { altText, picture } from './figures/picture.ts';
import { describeSampling, promptOption, samplingOptions, samplingParameters } from './sampling.ts';

/** The sweep of the course, over its 33 calls. */
const COURSE_STARTS: readonly number[] = [1, 3, 5, 7, 10, 20];

export const edit = defineCommand({
	name: 'edit',
	summary: 'Turn a sketch or photo into another picture (SDEdit): noise it, then denoise it under a prompt',
	example: 'sketch.png "a rocket ship" --start 5,7,10',
	options: {
		image: {
			kind: 'image',
			summary: 'The picture to start from; cropped to a square',
			positional: true,
			required: true,
		},
		prompt: promptOption,
		start: {
			kind: 'integers',
			summary: 'Where to enter the timesteps, small = much noise, a free edit; one picture for each',
			min: 0,
			max: MAX_STEPS,
			maxCount: 9,
			default: COURSE_STARTS,
			example: '5,10,20',
		},
		...samplingOptions('course'),
	},
	async run(options, { perform, blobs }) {
		const job: JobOf<'edit'> = {
			kind: 'edit',
			prompt: options.prompt,
			image: options.image.blob,
			starts: startsWithin(options.start, options.steps),
			...samplingParameters(options),
		};
		const { images, notes } = await perform(job);
		const figures = await Promise.all(
			images.map((image, i) =>
				picture(blobs, image, {
					filename: `edit-${job.seed}-start-${job.starts[i]}.png`,
					alt: altText(
						`An edit of ${options.image.name} under the prompt “${job.prompt}”, entering at index ${job.starts[i]} of the timesteps`,
						images.length > 1 ? `Picture ${i + 1} of ${images.length}` : '',
						describeSampling(job),
					),
				}),
			),
		);
		const starts = `start ${job.starts.join(', ')}`;
		const text = `${options.image.name} as “${job.prompt}”: ${starts}, ${describeSampling(job)}.`;
		return { text: [text, ...notes].join(' '), figures };
	},
});

/** The starts as asked, each once; of the default sweep, those that a shorter list of timesteps has. */
function startsWithin(starts: readonly number[], steps = Number.POSITIVE_INFINITY): number[] {
	if (starts !== COURSE_STARTS) return [...new Set(starts)];
	const within = starts.filter((start) => start < steps);
	return within.length > 0 ? within : [0];
}
