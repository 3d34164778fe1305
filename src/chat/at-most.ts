/** Waits with a time limit. */

/** Resolves as soon as `promise` resolves or the time is up. Rejects if the promise rejects first. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** What `promise` resolves with; undefined if it takes longer or fails. */
export async function soon<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
	let found: T | undefined;
	const finding = promise.then((value) => {
		found = value;
	});
	await atMost(
		ms,
		finding.catch(() => {}),
	);
	return found;
}
