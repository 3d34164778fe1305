/** Checks this machine's clock against a service's. */
import { type Finding, fail, ok, warn } from '../../base/finding.ts';

/** A request that a service signed more than five minutes ago counts as forged. */
const TOO_FAR_S = 300;
/** Commands and presses expire within seconds by the service's clock. */
const FAR_S = 5;
const TIMEOUT_MS = 10_000;

/**
 * Reads the service's clock from the Date header of a response, which is precise to the second.
 *
 * @param address any address of the service, even one that does not exist
 * @returns undefined if there was no response, or no date in it; other checks report that
 */
export async function checkClock(address: string, fetcher: typeof fetch = fetch): Promise<Finding | undefined> {
	const asked = Date.now();
	const response = await fetcher(address, { method: 'HEAD', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
		() => undefined,
	);
	const theirs = Date.parse(response?.headers.get('date') ?? '');
	if (Number.isNaN(theirs)) return undefined;
	// The header drops the fraction of the second, half a second on average.
	const seconds = Math.round(((asked + Date.now()) / 2 - (theirs + 500)) / 1000);
	const off = Math.abs(seconds);
	if (off < FAR_S) return ok('clock', 'correct');
	const text = `This machine's clock is ${off} s ${seconds > 0 ? 'fast' : 'slow'}; turn on time synchronisation.`;
	return off < TOO_FAR_S ? warn('clock', text) : fail('clock', text);
}
