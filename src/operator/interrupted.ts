/** Long work that Ctrl+C stops. */
import { INTERRUPTED } from './verb.ts';

/** Runs `work` until Ctrl+C, and then tells. @returns the exit status */
export async function untilInterrupted(
	work: (signal: AbortSignal) => Promise<number>,
	tell: () => void,
): Promise<number> {
	const stop = new AbortController();
	const interrupt = () => stop.abort();
	process.once('SIGINT', interrupt);
	try {
		return await work(stop.signal);
	} catch (error) {
		if (!stop.signal.aborted) throw error;
		tell();
		return INTERRUPTED;
	} finally {
		process.off('SIGINT', interrupt);
	}
}
