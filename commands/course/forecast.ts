/** How long jobs will take, from how long one evaluation of the network takes here and now. */
import {
	costOf,
	DEFAULT_PROMPT,
	type DigitJob,
	isDigitJob,
	isFlow,
	type Job,
	type JobOf,
	USUAL_NOISE_LEVEL,
} from '../../gpu/jobs/index.ts';
import type { CommandContext, JobsTogether } from '../lib/command.ts';
import { loadExample } from './examples.ts';
import { keyOf, type Report } from './run.ts';

/** How long the `jobs` that are not done yet will take. Runs short jobs with each model to find out. */
export async function forecast(report: Report, jobs: readonly Job[], context: CommandContext): Promise<JobsTogether> {
	const open = await Promise.all(
		jobs.map(async (job) => ((await context.results.get(keyOf(report, job, context))) ? [] : [job])),
	);
	const paces = new Map<string, number>();
	for (const network of new Set(open.flat().map(networkOf))) {
		const group = open.flat().filter((job) => networkOf(job) === network);
		if (group.every((job) => costOf(job) === 0)) continue;
		context.tell('Measuring how fast this machine is.');
		paces.set(network, await secondsPerEvaluation(report, group[0], context));
	}
	const of = (job: Job) => costOf(job) * (paces.get(networkOf(job)) ?? 0);
	return { seconds: open.flat().reduce((sum, job) => sum + of(job), 0), of };
}

/** A user's own training has its own size, and so its own speed. */
const networkOf = (job: Job) => ('run' in job && job.run !== undefined ? job.run : job.model);

async function secondsPerEvaluation(report: Report, like: Job, context: CommandContext): Promise<number> {
	const timed = async (job: Job) => {
		const started = performance.now();
		await context.perform(job, { aside: true });
		return (performance.now() - started) / 1000;
	};
	const { model } = like;
	const stage = report.models.usable.find(({ name }) => name === model)?.stage;
	const job = isDigitJob(like) ? tinyDigit(like) : stage === 2 ? await tinyUpscale(model, context) : tinySample(model);
	await timed(job); // opens the model
	return (await timed(job)) / costOf(job);
}

/** One digit down all timesteps, or a few steps along a flow. */
function tinyDigit(like: DigitJob): JobOf<'digits'> {
	const { model } = like;
	const weights = model === 'denoiser' || !('run' in like) ? {} : { run: like.run, epoch: like.epoch };
	return {
		kind: 'digits',
		// The denoiser, which works in one step, does not sample.
		model: model === 'denoiser' ? 'class' : model,
		...(isFlow(model) && { flow: { sampler: 'euler', steps: 4 } }),
		...weights,
		seed: 0,
		guidanceScale: 1,
		frames: false,
		digits: [0],
		count: 1,
	};
}

/** Unguided, so that a step is one evaluation. */
const tiny = (model: string, steps: number) =>
	({ model, seed: 0, steps, guidanceScale: 1, negativePrompt: '', sampler: 'ddpm' }) as const;

function tinySample(model: string): JobOf<'generate'> {
	return { kind: 'generate', ...tiny(model, 4), prompt: DEFAULT_PROMPT, count: 1 };
}

async function tinyUpscale(model: string, { blobs }: CommandContext): Promise<JobOf<'upscale'>> {
	const { blob } = await loadExample(blobs, 'tower');
	return {
		kind: 'upscale',
		...tiny(model, 1),
		prompts: [DEFAULT_PROMPT],
		image: blob,
		noiseLevel: USUAL_NOISE_LEVEL,
		through: { kind: 'views', views: [] },
	};
}
