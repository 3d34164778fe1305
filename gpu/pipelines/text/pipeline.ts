/** What the pipelines over text encoders look like from outside, as ../pipeline.ts. */
import type { JobKindOver, JobOf } from '../../jobs/index.ts';
import type { TextEncoder } from '../../models/text-encoder.ts';

export interface TextContext {
	/** What reads the prompts of the model that the job names. */
	readonly encoder: TextEncoder;
	/** Once aborted, the pipeline throws the signal's reason after the prompt at hand. */
	readonly signal: AbortSignal;
}

export interface TextResult {
	readonly file: Uint8Array;
	/** Sentences the user should read. */
	readonly notes: readonly string[];
}

export type TextPipeline<K extends JobKindOver<'text'>> = (job: JobOf<K>, context: TextContext) => Promise<TextResult>;
