/** Says in words when a request will probably be done, for platforms whose timestamps do not count down by themselves. */
import type { MessageView } from '../desk/view.ts';

/** A start or end within this time counts as now, in milliseconds. */
const SOON_MS = 7500;

/** "done in about 2 minutes", "starts in about 40 seconds, done in about 3 minutes"; empty if nothing is known. */
export function etaInWords(eta: MessageView['eta'], now = Date.now()): string {
	if (!eta) return '';
	const done = `done ${inWords(eta.endsAt - now)}`;
	const waits = eta.startsAt !== undefined && eta.startsAt - now > SOON_MS;
	return waits ? `starts ${inWords((eta.startsAt as number) - now)}, ${done}` : done;
}

/** "in a few seconds", "in about 40 seconds", "in about 2 minutes", "in about 3 hours": no more exact than the forecast. */
function inWords(ms: number): string {
	if (ms <= SOON_MS) return 'in a few seconds';
	const seconds = ms / 1000;
	if (seconds < 57.5) return about(Math.round(seconds / 5) * 5, 'second');
	if (seconds < 90 * 60) return about(Math.round(seconds / 60), 'minute');
	return about(Math.round(seconds / 3600), 'hour');
}

const about = (n: number, unit: string) => `in about ${n} ${unit}${n === 1 ? '' : 's'}`;
