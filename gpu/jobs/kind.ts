/**
 * What everybody may know of a kind of job: its data and its cost, both pure. Its pipeline, which only the worker loads, is
 * a row of gpu/pipelines/index.ts.
 */
import type { z } from 'zod';

/**
 * `pictures`: a network over text and pictures. `text`: what reads its prompts, alone. `digits`: one of those over digits.
 * `plane`: one over points of the plane, which its job trains itself.
 */
export type NetworkKind = 'pictures' | 'text' | 'digits' | 'plane';

export interface JobKindRow<S extends z.ZodType, N extends NetworkKind> {
	/** What runs it. */
	readonly network: N;
	/** Plain data, so that a job can be stored, shown, run again and sent to another machine. */
	readonly schema: S;
	/**
	 * How often the job's network is evaluated: one sample through it counts one, so guidance makes two of each step. Throws a
	 * UserError for a job that cannot run, as its pipeline does.
	 */
	cost(job: z.infer<S>): number;
	/** Likewise of the stage II model that a job may name besides, as its `upscaler`; at most. */
	upscalerCost?(job: z.infer<S>): number;
}

/** Types `cost` by the schema. */
export function defineKind<S extends z.ZodType, N extends NetworkKind>(row: JobKindRow<S, N>): JobKindRow<S, N> {
	return row;
}
