/** Devices in words. */
import { type DeviceReport, RunnerError } from '../../gpu/queue/runner.ts';
import { shorten } from './shorten.ts';

/** "cuda:1", or "gpu-lab cuda:1" if it is on another machine. */
export const deviceTitle = ({ machine, device }: Pick<DeviceReport, 'machine' | 'device'>): string =>
	machine === undefined ? device : `${machine} ${device}`;

/** What stands where devices would be listed, when there are only remote ones and none is there. */
export const NO_WORKER = 'No worker is connected; start flipside worker on a machine (docs/scale.md).';

/** @returns the devices that jobs run on, or in one sentence why there are none */
export async function devicesOf(runner: {
	devices(): Promise<readonly DeviceReport[]>;
}): Promise<readonly DeviceReport[] | string> {
	try {
		const devices = await runner.devices();
		return devices.length > 0 ? devices : NO_WORKER;
	} catch (error) {
		if (error instanceof RunnerError) return error.message;
		throw error;
	}
}

/**
 * What a device does, in one line: "cuda:1: 1 of 2 slots in use; models loaded: emoji-if".
 *
 * @param max how many characters are shown of the models, or of the reason why it is left out
 */
export function deviceLine(report: DeviceReport, max = Number.POSITIVE_INFINITY): string {
	const { slots, running, trains, loaded, differing, problem } = report;
	const title = deviceTitle(report);
	if (problem !== undefined) return `${title} is left out. ${shorten(problem, max)}`;
	const jobs = running === 0 ? 'free' : `${running} of ${slots} slots in use`;
	const load = trains ? `${jobs} beside a training` : jobs;
	const models = loaded.length === 0 ? '' : `; models loaded: ${shorten(loaded.join(', '), max)}`;
	const unused = differing
		? `; not used here, since other machines have different ones: ${shorten(differing.join(', '), max)}`
		: '';
	return `${title}: ${load}${models}${unused}`;
}
