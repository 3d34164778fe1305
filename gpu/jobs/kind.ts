/**
 * A kind of job, as the whole program sees it: its data and its cost, both pure. Its pipeline, which only the worker loads,
 * is a row in gpu/pipelines/index.ts.
 */
import type * as z from 'zod';

/**
 * `pictures`: a network over text and pictures. `text`: only the text encoder that reads its prompts. `digits`: a network
 * over digits. `plane`: a network over points in the plane, which the job itself trains.
 */
export type NetworkKind = 'pictures' | 'text' | 'digits' | 'plane';

export interface JobKindRow<S extends z.ZodType, N extends NetworkKind> {
	/** The kind of network that runs it. */
	readonly network: N;
	/** Plain data, so that a job can be stored, shown, run again and sent to another machine. */
	readonly schema: S;
	/**
	 * How often the job's network is evaluated. One sample through it counts as one, so each guided step counts as two. Throws
	 * a UserError for a job that cannot run, as its pipeline does.
	 */
	cost(job: z.infer<S>): number;
	/** The same for the stage II model that a job may also name, as its `upscaler`; an upper bound. */
	upscalerCost?(job: z.infer<S>): number;
}

/** Types `cost` by the schema. */
export function defineKind<S extends z.ZodType, N extends NetworkKind>(row: JobKindRow<S, N>): JobKindRow<S, N> {
	return row;
}
