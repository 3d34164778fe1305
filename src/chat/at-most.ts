/** Resolves as soon as `promise` is settled or the time is up. Rejects when the promise does so first. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
