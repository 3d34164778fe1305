/** The contract of pipelines over points in the plane; ../pipeline.ts is that for pictures. */
import type { Device } from '../../device.ts';
import type { JobKindOver, JobOf } from '../../jobs/index.ts';
import type { PipelineContext } from '../pipeline.ts';

export interface PlaneContext extends Pick<PipelineContext, 'signal' | 'onStep'> {
	/** Where the network is trained and run. */
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
