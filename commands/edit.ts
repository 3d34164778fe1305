/** /edit: turns a sketch or photo into another picture by SDEdit. */
import { countSteps, planSampling } from '../gpu/diffusion/plan.ts';
import { type JobOf, type JobResult, MAX_PICTURES, MAX_STEPS, UserError } from '../gpu/jobs/index.ts';
import { type Gallery, galleryActions, galleryReply } from './figures/gallery.ts';
import { gridRows } from './figures/sheet.ts';
import { defineCommand } from './lib/command.ts';
import { fitOption, fitParameter, pictureOption } from './lib/fit-option.ts';
import type { Upload } from './lib/options.ts';
import { describeSampling, promptOption, samplingOptions, samplingParameters } from './lib/sampling.ts';
import { upscaleAction } from './lib/upscale-button.ts';
import { FROM_ORIGINAL, upscaleButtons, upscaleOption, upscalerParameter } from './lib/upscale-option.ts';

/** The course's sweep, as indices into its timesteps. */
const COURSE_STARTS: readonly number[] = [1, 3, 5, 7, 10, 20];

export const edit = defineCommand({
	name: 'edit',
	summary: 'Turn a sketch or photo into another picture (SDEdit): noise it, then denoise it under a prompt',
	example: 'sketch.png "a rocket ship" --start 5,7,10',
	options: {
		image: { ...pictureOption, summary: 'The picture to start from; fit says how it becomes square' },
		prompt: promptOption,
		start: {
			kind: 'integers',
			label: 'Where to start',
			prominence: 'high',
			summary: 'Index of the timestep to start at: small = more noise, a freer edit; one picture for each',
			min: 0,
			max: MAX_STEPS,
			maxCount: MAX_PICTURES,
			default: COURSE_STARTS,
			example: '5,10,20',
		},
		fit: fitOption,
		...samplingOptions('course'),
		upscale: upscaleOption,
		count: {
			kind: 'integer',
			label: 'Pictures for each start',
			summary: 'How many pictures for each start; picture i uses seed + i',
			min: 1,
			max: MAX_PICTURES,
			default: 1,
			example: 4,
		},
	},
	async run(options, { perform, blobs, models }) {
		const sampling = samplingParameters(options);
		const starts = startsWithin(options.start, countSteps(planSampling(sampling)));
		if (starts.length * options.count > MAX_PICTURES) {
			throw new UserError(
				`start and count make ${starts.length} × ${options.count} pictures; at most ${MAX_PICTURES} are made at once.`,
			);
		}
		const job: JobOf<'edit'> = {
			kind: 'edit',
			prompt: options.prompt,
			image: options.image.blob,
			...fitParameter(options),
			starts,
			...(options.count > 1 && { count: options.count }),
			...sampling,
			...(await upscalerParameter(options, FROM_ORIGINAL, models)),
		};
		return galleryReply(blobs, gallery(job, await perform(job), options.image.name));
	},
	actions: {
		...galleryActions(({ job, result, options }) =>
			gallery(job as JobOf<'edit'>, result, (options.image as Upload).name),
		),
		...upscaleAction,
	},
});

/** @param name of the picture that was edited */
function gallery(job: JobOf<'edit'>, { images, notes }: JobResult, name: string): Gallery {
	const { count = 1 } = job;
	const settings = describeSampling(job);
	const under = `of ${name} under the prompt “${job.prompt}”`;
	const edits = images.filter(({ role }) => role !== 'original');
	const original = images.find(({ role }) => role === 'original');
	const pieces = edits.map((image, i) => {
		const start = job.starts[Math.floor(i / count)];
		const { seed } = image;
		const own = describeSampling({ ...job, seed });
		const several = job.starts.length > 1 || count === 1;
		return {
			image,
			caption: [`i_start ${start}`, ...(count > 1 ? [`seed ${seed}`] : []), `t = ${image.t}`].join('\n'),
			filename: `edit-${seed}-start-${start}.png`,
			text: [`${name} as “${job.prompt}”: start ${start} (t = ${image.t}), ${own}.`, ...notes].join(' '),
			alt: `An edit ${under}, entering at index ${start} of the timesteps, t = ${image.t}`,
			settings: own,
			label: [...(several ? [`start ${start}`] : []), ...(count > 1 ? [`seed ${seed}`] : [])].join(', '),
			buttons: upscaleButtons(job, images.indexOf(image)),
			...(original && { against: { image: original, labels: ['edit', 'original'] as const } }),
		};
	});
	const many = count === 1 ? '' : job.starts.length === 1 ? ` ${count} pictures,` : ` ${count} each,`;
	const originals = images.filter(({ role }) => role === 'original').map((image) => ({ image, caption: 'original' }));
	return {
		text: [`${name} as “${job.prompt}”: start ${job.starts.join(', ')},${many} ${settings}.`, ...notes].join(' '),
		filename: `edit-${job.seed}-sheet.png`,
		alt: `Edits ${under}, from much noise to little, and the original`,
		settings,
		title: `${name} as “${job.prompt}”`,
		rows: gridRows([...pieces, ...originals]),
	};
}

/** The starts as given, each once; of the default sweep, only those below the number of steps. */
function startsWithin(starts: readonly number[], steps: number): number[] {
	if (starts !== COURSE_STARTS) return [...new Set(starts)];
	const within = starts.filter((start) => start < steps);
	return within.length > 0 ? within : [0];
}
