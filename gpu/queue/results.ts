/** The contract of result stores, which keep jobs' results under a key of the caller's, so that none has to be made again. */
import type { JobResult } from '../jobs/index.ts';

export interface ResultStore {
	/** The result stored under `key`, if all its pictures are still there too. */
	get(key: string): Promise<JobResult | undefined>;
	put(key: string, result: JobResult): Promise<void>;
}
