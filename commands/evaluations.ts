/** How much of the network's work a job is, by which times are estimated and learned. */
import { type DigitJob, isDigitJob, type Job } from '../gpu/jobs.ts';

/** Steps of a job that names none: the course's 990, 960, …, 0. */
const COURSE_STEPS = 34;

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
