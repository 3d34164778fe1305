/**
 * Loaded into the bot before its own code (--import): measures the longest stall of its event loop, and answers every
 * message of bench/bot-process.ts with a ProbeReport. Plain JavaScript, as the bot then starts exactly as `npm start` does.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * @typedef {object} ProbeReport
 * @property {number} stallMs how late a timer fired at worst since the last report, in milliseconds
 * @property {number} cpuSeconds that the process has used since the last report
 */

const RESOLUTION_MS = 10;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let used = process.cpuUsage();
process.on('message', () => {
	const { user, system } = process.cpuUsage(used);
	// The histogram holds the whole time between ticks, including the planned interval.
	const stallMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
	process.send?.({ stallMs, cpuSeconds: (user + system) / 1e6 });
	delay.reset();
	used = process.cpuUsage();
});
