/** Whether this machine knows the time. */
import { type Finding, fail, ok, warn } from '../../base/finding.ts';

/** A service may sign its requests with the time, and what is older than five minutes counts as forged. */
const TOO_FAR_S = 300;
/** The age of a command or a press, which may live for seconds, is told by the service's clock. */
const FAR_S = 5;
const TIMEOUT_MS = 10_000;

/**
 * Compares this machine's clock with a service's, which every answer of its web server tells to the second.
 *
 * @param address of anything there; whether it exists does not matter
 * @returns undefined when nothing came back, or no time: other checks tell of that
 */
export async function checkClock(address: string, fetcher: typeof fetch = fetch): Promise<Finding | undefined> {
	const asked = Date.now();
	const response = await fetcher(address, { method: 'HEAD', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
		() => undefined,
	);
	const theirs = Date.parse(response?.headers.get('date') ?? '');
	if (Number.isNaN(theirs)) return undefined;
	// The header leaves the fraction of the second out: half a second on average.
	const seconds = Math.round(((asked + Date.now()) / 2 - (theirs + 500)) / 1000);
	const off = Math.abs(seconds);
	if (off < FAR_S) return ok('clock', 'right');
	const text = `This machine's clock is ${off} s ${seconds > 0 ? 'fast' : 'slow'}; switch time synchronisation on.`;
	return off < TOO_FAR_S ? warn('clock', text) : fail('clock', text);
}
