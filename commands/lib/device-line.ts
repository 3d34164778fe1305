/** A device in words. */
import type { DeviceReport } from '../../gpu/queue/runner.ts';
import { shorten } from './shorten.ts';

/** "cuda:1", or "gpu-lab cuda:1" if it is on another machine. */
export const deviceTitle = ({ machine, device }: Pick<DeviceReport, 'machine' | 'device'>): string =>
	machine === undefined ? device : `${machine} ${device}`;

/**
 * What a device does, in one line: "cuda:1: 1 of 2 slots in use".
 *
 * @param maxReason how many characters of the reason why it is left out are shown
 */
export function deviceLine(report: DeviceReport, maxReason = Number.POSITIVE_INFINITY): string {
	const { slots, running, problem } = report;
	const title = deviceTitle(report);
	if (problem !== undefined) return `${title} is left out. ${shorten(problem, maxReason)}`;
	return `${title}: ${running === 0 ? 'free' : `${running} of ${slots} slots in use`}`;
}
