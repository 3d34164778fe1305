/** How long jobs will take, from how long one call of the network takes here and now. */
import { DEFAULT_PROMPT, type DigitJob, isDigitJob, type Job, type JobOf } from '../../gpu/jobs.ts';
import type { CommandContext } from '../command.ts';
import { loadExample } from './examples.ts';
import { type Report, resultKey } from './run.ts';

/** Steps of a job that names none: the course's 990, 960, …, 0. */
const COURSE_STEPS = 34;

/** Seconds for those of `jobs` that are not done yet. Runs a short job per model to find out. */
export async function estimateSeconds(report: Report, jobs: readonly Job[], context: CommandContext): Promise<number> {
	const open = await Promise.all(
		jobs.map(async (job) => ((await context.results.get(resultKey(report, job))) ? [] : [job])),
	);
	let seconds = 0;
	for (const model of new Set(open.flat().map((job) => job.model))) {
		const group = open.flat().filter((job) => job.model === model);
		const evaluations = group.reduce((sum, job) => sum + evaluationsOf(job), 0);
		if (evaluations === 0) continue;
		seconds += evaluations * (await secondsPerEvaluation(group[0], context));
	}
	return seconds;
}

/** The course's i_start for iterative denoising. */
const COURSE_START = 10;

type SampledJob = Exclude<Job, DigitJob | { kind: 'noise' }>;

/** Calls of the network for a job, about. */
export function evaluationsOf(job: Job): number {
	if (isDigitJob(job)) return digitEvaluations(job);
	if (job.kind === 'noise') return 0;
	const steps = job.steps ?? COURSE_STEPS;
	return callsPerStep(job) * stepsOf(job, steps) + judgingCalls(job);
}

/** As DIGIT_TIMESTEPS of gpu/diffusion/digit-schedule.ts. */
const DIGIT_STEPS = 300;

function digitEvaluations(job: DigitJob): number {
	switch (job.kind) {
		case 'digits':
			return job.digits.length * job.count * DIGIT_STEPS * (job.model === 'time' ? 1 : branches(job));
		case 'digit-anagram':
			return 2 * job.count * DIGIT_STEPS * branches(job);
		case 'digit-denoise': // a call for each picture, which is nothing beside a sample
		case 'digit-noise':
			return 0;
	}
}

/** With guidance the network is asked twice: with the condition, and without it. */
const branches = ({ guidanceScale }: { readonly guidanceScale: number }) => (guidanceScale === 1 ? 1 : 2);

/** As many as CLASSIFIER_TIMESTEPS of gpu/pipelines/classify.ts. */
const JUDGED_TIMESTEPS = 8;

/** Several tries are judged: each reading against all prompts, a lone one against none in its place. */
function judgingCalls(job: SampledJob): number {
	if (!('tries' in job) || !job.tries) return 0;
	const readings = job.prompts.length;
	return job.tries * readings * Math.max(2, readings) * JUDGED_TIMESTEPS;
}

/** Each prompt is asked for once, and with guidance a second time without the prompt. */
function callsPerStep(job: SampledJob): number {
	const prompts = 'prompts' in job ? job.prompts.length : 1;
	return prompts * branches(job);
}

function stepsOf(job: SampledJob, steps: number): number {
	switch (job.kind) {
		case 'generate':
			return steps * job.count;
		case 'edit':
			return job.starts.reduce((sum, start) => sum + steps - start, 0);
		case 'denoise':
			if (job.method === 'blur') return 0;
			return job.method === 'one-step' ? job.levels.length : steps - (job.start ?? COURSE_START);
		case 'inpaint':
			return steps * job.count * (job.rule === 'repaint' ? job.resamples : 1);
		case 'anagram':
		case 'hybrid':
			return steps * (job.tries ?? 1);
		case 'upscale':
			return steps;
	}
}

async function secondsPerEvaluation(like: Job, context: CommandContext): Promise<number> {
	const timed = async (job: Job) => {
		const started = performance.now();
		await context.perform(job);
		return (performance.now() - started) / 1000;
	};
	const { kind, model } = like;
	const job = isDigitJob(like)
		? tinyDigit(like)
		: kind === 'upscale'
			? await tinyUpscale(model, context)
			: tinySample(model);
	await timed(job); // opens the model
	return (await timed(job)) / evaluationsOf(job);
}

/** One digit down all timesteps. */
function tinyDigit({ model }: DigitJob): JobOf<'digits'> {
	return {
		kind: 'digits',
		model: model === 'time' ? 'time' : 'class',
		seed: 0,
		guidanceScale: 1,
		frames: false,
		digits: [0],
		count: 1,
	};
}

/** Unguided, so that a step is one call. */
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
		noiseLevel: 250,
		through: { kind: 'views', views: [] },
	};
}

/** "40 seconds", "3 minutes". */
export function describeDuration(seconds: number): string {
	const [n, unit] = seconds < 90 ? [seconds, 'second'] : [seconds / 60, 'minute'];
	const rounded = Math.max(1, Math.round(n));
	return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}
