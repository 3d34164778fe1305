/** Daily work, for as long as the bot runs. */

export const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Calls `work` now and then once a day, until the returned function is called or the process ends.
 *
 * @param work must not reject
 */
export function everyDay(work: () => Promise<void>): () => void {
	void work();
	const timer = setInterval(() => void work(), DAY_MS);
	timer.unref();
	return () => clearInterval(timer);
}
