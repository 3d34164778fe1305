/** Waits by polling. */

/** Resolves with what `look` returns, as soon as that is truthy. */
export async function until<T>(what: string, look: () => T | undefined | false | null, limitMs = 20_000): Promise<T> {
	const end = performance.now() + limitMs;
	for (;;) {
		const found = look();
		if (found) return found;
		if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
