/** Runs a command's jobs with the toy network, without a queue. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobKindOver, JobOf, JobResult } from '../../gpu/jobs/index.ts';
import type { Pipeline } from '../../gpu/pipelines/pipeline.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import { encodePng } from '../../gpu/tensor/image.ts';
import { toyContext, wholly } from '../gpu/pipelines/toy.ts';

export interface ToyStudio {
	readonly blobs: BlobStore;
	/** The jobs so far, in order. */
	readonly jobs: readonly Job[];
	perform(job: Job): Promise<JobResult>;
	close(): Promise<void>;
}

export async function openToyStudio<K extends JobKindOver<'pictures'>>(pipeline: Pipeline<K>): Promise<ToyStudio> {
	const directory = await mkdtemp(join(tmpdir(), 'flipside-toy-'));
	const blobs = createLocalBlobStore(directory);
	const jobs: Job[] = [];
	return {
		blobs,
		jobs,
		async perform(job) {
			jobs.push(job);
			const { images, notes } = await wholly(pipeline)(job as JobOf<K>, toyContext());
			const stored = images.map(async ({ pixels, ...facts }) => {
				const [, height, width] = pixels.shape;
				return { blob: await blobs.put(await encodePng(pixels)), width, height, ...facts };
			});
			return { images: await Promise.all(stored), notes };
		},
		close: () => rm(directory, { recursive: true, force: true }),
	};
}
