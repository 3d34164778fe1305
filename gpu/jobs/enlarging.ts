/** What stage II has to know of the pictures of another job. */
import { componentReadings } from '../views/readings.ts';
import type { Job, JobOf } from './job.ts';
import { DEFAULT_PROMPT } from './sampling.ts';

/** What a picture shows, and how it is read. */
export type Enlarging = Pick<JobOf<'upscale'>, 'prompts' | 'through'>;

/** A job that may go on to stage II. */
export type UpscalableJob = Extract<Job, { upscaler?: unknown }>;

const UPRIGHT = { kind: 'views', views: [] as string[] } as const;

/** For a job without a prompt, the course's for "no idea". */
export function enlargingOf(job: Job): Enlarging {
	switch (job.kind) {
		case 'anagram':
			return { prompts: job.prompts, through: { kind: 'views', views: job.views } };
		case 'hybrid': {
			const { decomposition, sigma, kernel } = job;
			// A reference that replaced a component's prompt is in the small picture already.
			const prompts = componentReadings(job).map(({ prompt }) => prompt ?? DEFAULT_PROMPT);
			return { prompts, through: { kind: 'components', decomposition, sigma, kernel } };
		}
		default:
			return { prompts: ['prompt' in job ? job.prompt : DEFAULT_PROMPT], through: UPRIGHT };
	}
}

/** How many of a job's pictures, from its first, stage II enlarges: all that it makes, but of several tries only the best. */
export function countEnlarged(job: UpscalableJob): number {
	switch (job.kind) {
		case 'generate':
		case 'inpaint':
			return job.count;
		case 'edit':
			return job.starts.length * (job.count ?? 1);
		default:
			return 1;
	}
}
