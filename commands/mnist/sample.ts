/** /mnist sample: digits from noise. */
import { ALL_DIGITS, isTold, type JobOf, MAX_DIGITS, SAMPLING_MODELS, UserError } from '../../gpu/jobs/index.ts';
import { defineCommand } from '../lib/command.ts';
import { TOLD_NETWORK, wouldChangeNothing } from '../lib/idle-options.ts';
import { digitsOf, MAX_COLUMNS } from './digits-option.ts';
import { flowOf, flowOptions } from './flow-options.ts';
import { describeSamples, describeScores, nameSamples, sampleFigure, sampleFilm, sampleSheet } from './samples.ts';
import { epochOption, guidanceOption, runOption, seedOption, weightsOf } from './weights.ts';

export const sample = defineCommand({
	name: 'mnist sample',
	summary: 'Make handwritten digits from noise, one for each digit of a number',
	example: '2026 --animate',
	options: {
		digits: {
			kind: 'text',
			label: 'Which digits',
			summary: 'Which digits, in order: a number',
			positional: true,
			maxLength: 2 * MAX_COLUMNS,
			default: ALL_DIGITS.join(''),
			example: '2026',
		},
		count: {
			kind: 'integer',
			label: 'How many of each',
			summary: 'Rows: how many of each',
			min: 1,
			max: MAX_DIGITS,
			default: 1,
			example: 4,
		},
		guidance: guidanceOption,
		model: {
			kind: 'choice',
			label: 'Network to use',
			summary: 'Without run: a diffusion or a flow; class makes the digits asked for, time only as many',
			choices: SAMPLING_MODELS,
			default: 'class',
		},
		...flowOptions,
		run: runOption,
		epoch: epochOption,
		animate: {
			kind: 'flag',
			label: 'Also as an animation',
			summary: 'Also show how they emerge from noise, as an animation',
		},
		seed: seedOption,
	},
	async run(options, { perform, blobs, film, training }) {
		const digits = digitsOf(options.digits, 'digits', MAX_COLUMNS);
		const { count, guidance, seed, animate } = options;
		const most = Math.floor(MAX_DIGITS / digits.length);
		if (count > most) {
			throw new UserError(
				`At most ${MAX_DIGITS} digits are made at once: with ${digits.length} in a row, at most ${most} rows.`,
			);
		}
		const weights = await weightsOf(options, [options.model, ...SAMPLING_MODELS], training);
		if (!isTold(weights.model) && guidance !== guidanceOption.default) {
			throw new UserError(wouldChangeNothing(['guidance'], TOLD_NETWORK));
		}
		const job: JobOf<'digits'> = {
			kind: 'digits',
			...weights,
			...flowOf(options, weights),
			seed,
			guidanceScale: guidance,
			frames: animate,
			digits,
			count,
		};
		const result = await perform(job);
		const { images, notes } = result;
		const total = digits.length * count;
		const still =
			total > 1 ? await sampleSheet(blobs, job, result, titleOf(job)) : await sampleFigure(blobs, job, result, 0);
		const told = [
			`${nameSamples(job)}: ${describeSamples(job)}.`,
			describeScores(images),
			isTold(job.model) ? '' : `The network ${job.model} cannot be told which digits to make.`,
			...notes,
		];
		return {
			text: told.filter((sentence) => sentence !== '').join(' '),
			figures: [still, ...(animate ? [await sampleFilm({ blobs, film }, job, result)] : [])],
			...(total > 1 && {
				originals: () => Promise.all(Array.from({ length: total }, (_, i) => sampleFigure(blobs, job, result, i))),
			}),
			buttons: animate ? [] : [{ action: 'animate', label: 'Animate' }],
		};
	},
	followUps: {
		animate: (options) => ({ command: 'mnist sample', options: { ...options, animate: 'yes' } }),
	},
});

/** "2026, from noise", and for a training after which epoch. */
function titleOf(job: JobOf<'digits'>): string {
	const { epoch } = job;
	return `${nameSamples(job)}, from noise${epoch === undefined ? '' : `, after epoch ${epoch}`}`;
}
