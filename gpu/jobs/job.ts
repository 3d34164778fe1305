/** A job of any kind, as plain data, and what all kinds have in common. */
import * as z from 'zod';
import type { NetworkKind } from './kind.ts';
import { JOB_KINDS } from './kinds/index.ts';

type Kinds = typeof JOB_KINDS;
export type JobKind = keyof Kinds;

type Schema = Kinds[JobKind]['schema'];
export const jobSchema = z.discriminatedUnion(
	'kind',
	Object.values(JOB_KINDS).map(({ schema }) => schema) as readonly Schema[] as readonly [Schema, ...Schema[]],
);

export type Job = z.infer<typeof jobSchema>;
export type JobOf<K extends JobKind> = Extract<Job, { kind: K }>;

/** The kinds of jobs over one kind of network. */
export type JobKindOver<N extends NetworkKind> = {
	[K in JobKind]: Kinds[K]['network'] extends N ? K : never;
}[JobKind];

/** A job over the digit networks. */
export type DigitJob = JobOf<JobKindOver<'digits'>>;

export function isDigitJob(job: Job): job is DigitJob {
	return runsOn('digits', job);
}

/** Whether a job runs on networks of that kind. */
export function runsOn<N extends NetworkKind>(network: N, job: Job): job is JobOf<JobKindOver<N>> {
	return JOB_KINDS[job.kind].network === network;
}

/** The kind of network that jobs of the named kind run on; undefined for an unknown kind. */
export function networkOf(kind: string): NetworkKind | undefined {
	return Object.hasOwn(JOB_KINDS, kind) ? JOB_KINDS[kind as JobKind].network : undefined;
}

/** A job that samples, and that may bring files of prompt embeddings. */
export type SamplingJob = Extract<Job, { negativePrompt: string }>;

/** Whether a job may bring files of prompt embeddings. */
export function mayBringEmbeddings(job: Job): job is SamplingJob {
	return 'embeddings' in JOB_KINDS[job.kind].schema.shape;
}

/** What a job's pictures should show, in words; empty for a job that has no prompt. */
export function ownPromptsOf(job: Job): readonly string[] {
	if ('prompts' in job) return job.prompts;
	return 'prompt' in job ? [job.prompt] : [];
}

/** Every prompt that guides a job, including the negative one, even if it is empty. */
export const promptsOf = (job: SamplingJob): readonly string[] => [...ownPromptsOf(job), job.negativePrompt];

/** The seed of a job's noise; undefined for a job that draws nothing at random. */
export const seedOf = (job: Job): number | undefined => ('seed' in job ? job.seed : undefined);

/** Costs of jobs, which never change: the forecasts of a long line need them again and again. */
const costs = new WeakMap<Job, number>();

/** How often the job's network is evaluated, see JobKindRow.cost. Throws a UserError for a job that cannot run. */
export function costOf(job: Job): number {
	const known = costs.get(job);
	if (known !== undefined) return known;
	const costOfKind: (job: never) => number = JOB_KINDS[job.kind].cost;
	const cost = costOfKind(job as never);
	costs.set(job, cost);
	return cost;
}

/** What one model does for a job. */
export interface Work {
	/** The kind of job whose evaluations take this long. */
	readonly kind: JobKind;
	readonly model: string;
	readonly evaluations: number;
}

/** The names of the models that a job uses, in order. */
export function modelsOf(job: Job): readonly string[] {
	return 'upscaler' in job && job.upscaler ? [job.model, job.upscaler.model] : [job.model];
}

/** The work that each of a job's models does, in order. Throws a UserError for a job that cannot run. */
export function workOf(job: Job): readonly Work[] {
	const own = { kind: job.kind, model: job.model, evaluations: costOf(job) };
	if (!('upscaler' in job) || !job.upscaler) return [own];
	const upscalerCost: ((job: never) => number) | undefined = JOB_KINDS[job.kind].upscalerCost;
	return [own, { kind: 'upscale', model: job.upscaler.model, evaluations: upscalerCost?.(job as never) ?? 0 }];
}
