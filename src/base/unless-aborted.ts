/**
 * Waits for `work`, but only until the signal is aborted.
 *
 * @param work continues after an abort; its outcome is then ignored
 * @throws the signal's reason
 */
export function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
	if (!signal) return work;
	return new Promise((resolve, reject) => {
		const leave = () => reject(signal.reason);
		if (signal.aborted) leave();
		signal.addEventListener('abort', leave);
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
	});
}
