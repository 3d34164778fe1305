/** The contract of whatever keeps the results of jobs, by a key of the caller's: what was made once need not be made again. */
import type { JobResult } from '../jobs/index.ts';

export interface ResultStore {
	/** The result stored under `key`, when all its pictures are still there too. */
	get(key: string): Promise<JobResult | undefined>;
	put(key: string, result: JobResult): Promise<void>;
}
