/** Pure noise, what a denoiser makes of it, and beside that the mean of all digits. */
import type { JobOf, JobResult } from '../../gpu/jobs/index.ts';
import type { Gallery, Piece } from '../figures/gallery.ts';
import { describeWeights } from './weights.ts';

/** Draws of noise, as many as fit beside the mean. */
const DRAWS = 4;

export function pureNoiseJob(
	weights: Pick<JobOf<'digit-mean'>, 'model' | 'run' | 'epoch'>,
	seed: number,
): JobOf<'digit-mean'> {
	return { kind: 'digit-mean', ...weights, seed, count: DRAWS };
}

/** Noise above, what became of it below, and the mean of the training digits at the end. */
export function pureNoiseGallery(job: JobOf<'digit-mean'>, { images, notes }: JobResult): Gallery {
	const [mean, ...pairs] = images;
	const settings = `seed ${job.seed}, ${describeWeights(job)}`;
	const noisy = pairs.filter(({ role }) => role === 'noisy');
	const denoised = pairs.filter(({ role }) => role === 'denoised');
	const distances = denoised.map(({ distance = 0 }) => distance);
	const farthest = Math.max(...distances).toFixed(3);
	const pieces = denoised.map((image, i): Piece => {
		const what = `From pure noise in one step, ${distances[i].toFixed(3)} from the mean of all digits`;
		return {
			image,
			caption: `${distances[i].toFixed(3)} from the mean`,
			filename: `mnist-pure-noise-${image.seed}.png`,
			text: `${what}: seed ${image.seed}, ${describeWeights(job)}.`,
			alt: what,
			settings,
			label: `seed ${image.seed}`,
		};
	});
	const epoch = job.epoch === undefined ? '' : `, after epoch ${job.epoch}`;
	return {
		text: [
			`Pure noise denoised in one step, beside the mean of the training digits: ${settings}. At most ${farthest} from that mean.`,
			...notes,
		].join(' '),
		filename: `mnist-pure-noise-${job.seed}${job.epoch === undefined ? '' : `-epoch-${job.epoch}`}-sheet.png`,
		alt: `Pure noise, what a denoiser finds in it, at most ${farthest} from the mean of the training digits, and that mean`,
		settings,
		title: `Denoising pure noise${epoch}`,
		rows: [noisy.map((image) => ({ image, caption: 'noise' })), [...pieces, { image: mean, caption: 'mean of all' }]],
	};
}
