/** The contract of pipelines over text encoders; ../pipeline.ts is that for pictures. */
import type { JobKindOver, JobOf } from '../../jobs/index.ts';
import type { TextEncoder } from '../../models/text-encoder.ts';

export interface TextContext {
	/** The text encoder of the model that the job names. */
	readonly encoder: TextEncoder;
	/** Once aborted, the pipeline throws the signal's reason after the current prompt. */
	readonly signal: AbortSignal;
}

export interface TextResult {
	readonly file: Uint8Array;
	/** Sentences the user should read. */
	readonly notes: readonly string[];
}

export type TextPipeline<K extends JobKindOver<'text'>> = (job: JobOf<K>, context: TextContext) => Promise<TextResult>;
