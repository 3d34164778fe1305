/**
 * Waits no longer than until the signal.
 *
 * @param work goes on all the same; what becomes of it then is of no interest
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
