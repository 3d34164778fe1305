/**
 * Loaded into the bot before its own code (--import): measures the longest stall of its event loop, and answers every
 * message of bench/bot.ts with a ProbeReport.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface ProbeReport {
	/** The longest that a timer came late since the last report, in milliseconds. */
	readonly stallMs: number;
}

const RESOLUTION_MS = 10;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on('message', () => {
	// The histogram holds whole intervals between ticks, the planned one included.
	const report: ProbeReport = { stallMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) };
	delay.reset();
	process.send?.(report);
});
