/** When a request will probably be done, in words, for surfaces without timestamps that count down by themselves. */
import type { MessageView } from './surface.ts';

/** "done in about 2 minutes", "starts in about 40 seconds, done in about 3 minutes"; nothing where nothing is known. */
export function etaInWords(eta: MessageView['eta'], now = Date.now()): string {
	if (!eta) return '';
	const done = `done in about ${inWords(eta.endsAt - now)}`;
	// A start within seconds is as good as now.
	const waits = eta.startsAt !== undefined && eta.startsAt - now > 5000;
	return waits ? `starts in about ${inWords((eta.startsAt as number) - now)}, ${done}` : done;
}

/** "5 seconds", "40 seconds", "2 minutes", "3 hours": as exact as an estimate is. */
function inWords(ms: number): string {
	const seconds = Math.max(5, ms / 1000);
	if (seconds < 57.5) return count(Math.round(seconds / 5) * 5, 'second');
	if (seconds < 90 * 60) return count(Math.round(seconds / 60), 'minute');
	return count(Math.round(seconds / 3600), 'hour');
}

const count = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
