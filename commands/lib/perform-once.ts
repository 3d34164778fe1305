/** Jobs are repeatable: one that was done before is not done again. */
import type { Job, JobResult } from '../../gpu/jobs/index.ts';
import type { CommandContext } from './command.ts';

/** @param key the job, and all else that its result depends on */
export async function performOnce(
	key: string,
	job: Job,
	{ perform, results }: Pick<CommandContext, 'perform' | 'results'>,
): Promise<JobResult> {
	const known = await results.get(key);
	if (known) return known;
	const result = await perform(job);
	await results.put(key, result);
	return result;
}
