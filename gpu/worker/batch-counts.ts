/** Counts the batches that the networks of this process run, by their size. */
import { BATCHES } from '../models/batching/batcher.ts';

/** How many batches of each size were run. */
export type BatchCounts = Readonly<Record<string, number>>;

/** Batches that are run in quick succession are reported together, after so many milliseconds. */
const TOGETHER_MS = 1000;

/**
 * @param report receives the counts since the last report
 * @returns a function that stops counting
 */
export function countBatches(report: (counts: BatchCounts) => void, togetherMs = TOGETHER_MS): () => void {
	let counts: Record<string, number> = {};
	const count = (size: unknown) => {
		if (Object.keys(counts).length === 0) setTimeout(tell, togetherMs).unref();
		counts[String(size)] = (counts[String(size)] ?? 0) + 1;
	};
	const tell = () => {
		report(counts);
		counts = {};
	};
	BATCHES.subscribe(count);
	return () => BATCHES.unsubscribe(count);
}
