/** A device in words. */
import type { DeviceReport } from '../../gpu/queue/runner.ts';
import { shorten } from './shorten.ts';

/** Of a reason, in characters; more would take several lines on a phone. */
const MAX_REASON = 100;

/** "cuda:1", or "gpu-lab cuda:1" if it is on another machine. */
export const deviceTitle = ({ machine, device }: Pick<DeviceReport, 'machine' | 'device'>): string =>
	machine === undefined ? device : `${machine} ${device}`;

/** What a device does, in a line that fits on a phone: "cuda:1: 1 of 2 slots in use". */
export function deviceLine(report: DeviceReport): string {
	const { slots, running, problem } = report;
	const title = deviceTitle(report);
	if (problem !== undefined) return `${title} is left out. ${shorten(problem, MAX_REASON)}`;
	return `${title}: ${running === 0 ? 'free' : `${running} of ${slots} slots in use`}`;
}
