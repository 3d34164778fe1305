/** Timing, and the statistics of times. */

/** Calls `work` `count` times, one after the other, and returns the seconds that each call took. */
export async function timeEach(count: number, work: () => Promise<unknown>): Promise<number[]> {
	const seconds: number[] = [];
	for (let i = 0; i < count; i++) {
		const start = performance.now();
		await work();
		seconds.push((performance.now() - start) / 1000);
	}
	return seconds;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const half = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The sample standard deviation (n − 1). */
export function standardDeviation(values: readonly number[]): number {
	const middle = mean(values);
	return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
