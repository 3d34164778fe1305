/** Waits that end. */

/** Resolves as soon as `promise` is settled or the time is up. Rejects when the promise does so first. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** What `promise` resolves with; undefined when it takes longer, or fails. */
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
