/** Jobs are repeatable: one that was done before is not done again. */
import { type Job, type JobResult, mayBringEmbeddings } from '../../gpu/jobs/index.ts';
import type { CommandContext } from './command.ts';

/** @param key the job, and everything else that its result depends on */
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

/**
 * The key that a job's result is kept under: with other weights or other embeddings the same job has another result.
 *
 * @param revision the revision of the weights
 */
export function resultKey(
	job: Job,
	revision: string | undefined,
	{ promptFiles }: Pick<CommandContext, 'promptFiles'>,
) {
	const own = mayBringEmbeddings(job) ? promptFiles.list().map(({ blob }) => blob) : [];
	return JSON.stringify({ job, revision, ...(own.length > 0 && { own }) });
}
