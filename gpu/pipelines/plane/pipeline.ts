/** What the pipelines over points of the plane look like from outside, as ../pipeline.ts. */
import type { Device } from '../../device.ts';
import type { JobKindOver, JobOf } from '../../jobs/index.ts';
import type { PipelineContext } from '../pipeline.ts';

export interface PlaneContext extends Pick<PipelineContext, 'signal' | 'onStep'> {
	/** Where the network is trained and asked. */
	readonly device: Device;
}

export interface PlaneResult {
	/** Numbers to be drawn, as writeToyRecord writes them. */
	readonly file: Uint8Array;
	/** Sentences the user should read. */
	readonly notes: readonly string[];
}

export type PlanePipeline<K extends JobKindOver<'plane'>> = (
	job: JobOf<K>,
	context: PlaneContext,
) => Promise<PlaneResult>;
