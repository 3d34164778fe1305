/** /mnist denoise: removes the noise from a digit in one step, or along a flow. */
import {
	ALL_DIGITS,
	DENOISER_INPUTS,
	DENOISER_SIGMA,
	FLOW_MODELS,
	isFlow,
	isTold,
	type JobOf,
	type JobResult,
	UserError,
} from '../../gpu/jobs/index.ts';
import { type Gallery, galleryActions, galleryReply } from '../figures/gallery.ts';
import { defineCommand } from '../lib/command.ts';
import { A_DENOISER, A_FLOW, TOLD_NETWORK, wouldChangeNothing } from '../lib/idle-options.ts';
import type { Upload, Values } from '../lib/options.ts';
import { digitOption, imageOption, sigmaOption, sigmasOf, sourcesOf, timesOf, timesOption } from './digits-option.ts';
import { flowOf, flowOptions } from './flow-options.ts';
import { noisyGallery } from './noisy.ts';
import { pureNoiseGallery, pureNoiseJob } from './pure-noise.ts';
import { epochOption, guidanceOption, runOption, seedOption, type Weights, weightsOf } from './weights.ts';

const options = {
	image: imageOption,
	digit: digitOption,
	sigma: sigmaOption([DENOISER_SIGMA]),
	model: {
		kind: 'choice',
		label: 'Network to use',
		summary: 'Without run: the denoiser, in one step, or a flow, started at t',
		choices: ['denoiser', ...FLOW_MODELS],
		default: 'denoiser',
	},
	t: timesOption,
	as: {
		kind: 'integer',
		label: 'Digit that it is told to be',
		summary: 'For flow-class: the digit that it is conditioned on; default: none',
		min: 0,
		max: ALL_DIGITS.length - 1,
		example: 3,
	},
	guidance: guidanceOption,
	...flowOptions,
	input: {
		kind: 'choice',
		label: 'Digits or noise alone',
		summary: 'For the denoiser: a digit with noise, or noise alone, to see the mean of all digits',
		choices: DENOISER_INPUTS,
		default: 'digit',
	},
	run: runOption,
	epoch: epochOption,
	seed: seedOption,
} as const;

type Job = JobOf<'digit-denoise'> | JobOf<'digit-edit'> | JobOf<'digit-mean'>;

export const denoise = defineCommand({
	name: 'mnist denoise',
	summary: 'Add noise to a digit, drawn or from the test set, and remove it in one step or along a flow',
	example: '--digit 7 --sigma 0.2,0.5,0.8',
	options,
	async run(given, { perform, blobs, training }) {
		const isOfNoise = given.input === 'noise' && given.model === 'denoiser';
		const usable = isOfNoise ? (['denoiser'] as const) : ([given.model, ...USABLE] as const);
		const weights = await weightsOf(given, usable, training);
		refuseIdle(given, weights);
		const job = jobOf(given, weights);
		return galleryReply(blobs, gallery(job, await perform(job), given.image));
	},
	actions: galleryActions(({ job, result, options: { image } }) =>
		gallery(job as Job, result, image as Upload | undefined),
	),
});

const USABLE = ['denoiser', ...FLOW_MODELS] as const;
type Usable = (typeof USABLE)[number];

function jobOf(given: Values<typeof options>, weights: Weights<Usable>): Job {
	const { image, digit, input, seed } = given;
	const { model, ...rest } = weights;
	if (!isFlow(model)) {
		if (input === 'noise') return pureNoiseJob({ model, ...rest }, seed);
		const [sources, sigmas] = [sourcesOf(image, digit), sigmasOf(given.sigma)];
		return { kind: 'digit-denoise', sources, sigmas, model, ...rest, seed };
	}
	return {
		kind: 'digit-edit',
		...{ model, ...rest, seed },
		sources: sourcesOf(image, digit),
		times: timesOf(given.t),
		flow: flowOf(given, weights).flow!,
		...(given.as !== undefined && { told: given.as }),
		guidanceScale: given.guidance,
	};
}

/** @throws {UserError} for options that apply only with a network other than the run's */
function refuseIdle(given: Values<typeof options>, weights: Weights<Usable>): void {
	flowOf(given, weights);
	if (weights.run === undefined) return;
	const refuse = (names: readonly (keyof typeof given)[], company: string) => {
		const idle = names.filter((name) => {
			const spec = options[name];
			return given[name] !== undefined && !('default' in spec && spec.default === given[name]);
		});
		if (idle.length > 0) throw new UserError(wouldChangeNothing(idle, company));
	};
	if (isFlow(weights.model)) refuse(['sigma'], A_DENOISER);
	else refuse(['t'], A_FLOW);
	if (!isTold(weights.model)) refuse(['as'], TOLD_NETWORK);
}

function gallery(job: Job, result: JobResult, image: Upload | undefined): Gallery {
	return job.kind === 'digit-mean' ? pureNoiseGallery(job, result) : noisyGallery(job, result, image);
}
