/** A job of any kind: plain data, and what all kinds have in common. */
import { z } from 'zod';
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

/** A job over the digit networks; all others are over models of text and pictures. */
export type DigitJob = JobOf<JobKindOver<'digits'>>;

export function isDigitJob(job: Job): job is DigitJob {
	return runsOn('digits', job);
}

/** Whether a job runs on that kind of network. */
export function runsOn<N extends NetworkKind>(network: N, job: Job): job is JobOf<JobKindOver<N>> {
	return JOB_KINDS[job.kind].network === network;
}

/** The sort of network that jobs of a kind, by its name, run on; undefined for a kind that there is none of. */
export function networkOf(kind: string): NetworkKind | undefined {
	return Object.hasOwn(JOB_KINDS, kind) ? JOB_KINDS[kind as JobKind].network : undefined;
}

/** A job that samples, to which files of prompt embeddings may be added. */
export type SamplingJob = Extract<Job, { negativePrompt: string }>;

/** Whether files of prompt embeddings may be added to a job. */
export function mayBringEmbeddings(job: Job): job is SamplingJob {
	return 'embeddings' in JOB_KINDS[job.kind].schema.shape;
}

/** Every prompt that a job is guided by, the empty one too. */
export function promptsOf(job: SamplingJob): readonly string[] {
	const own = 'prompts' in job ? job.prompts : [job.prompt];
	return [...own, job.negativePrompt];
}

/** What seeds the noise of a job; undefined for one that draws nothing at random. */
export const seedOf = (job: Job): number | undefined => ('seed' in job ? job.seed : undefined);

/** Evaluations of the job's network, see JobKindRow.cost. Throws a UserError for a job that cannot run. */
export function costOf(job: Job): number {
	const cost: (job: never) => number = JOB_KINDS[job.kind].cost;
	return cost(job as never);
}

/** What one model does for a job. */
export interface Work {
	/** The kind of jobs whose evaluations take as long. */
	readonly kind: JobKind;
	readonly model: string;
	readonly evaluations: number;
}

/** What there is to do for a job, by each of its models in turn. Throws a UserError for a job that cannot run. */
export function workOf(job: Job): readonly Work[] {
	const own = { kind: job.kind, model: job.model, evaluations: costOf(job) };
	if (!('upscaler' in job) || !job.upscaler) return [own];
	const upscalerCost: ((job: never) => number) | undefined = JOB_KINDS[job.kind].upscalerCost;
	return [own, { kind: 'upscale', model: job.upscaler.model, evaluations: upscalerCost?.(job as never) ?? 0 }];
}
