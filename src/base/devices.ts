/** The kinds of values that name devices. */
import * as z from 'zod';
import { type DeviceName, isDeviceName } from '../../gpu/jobs/index.ts';

/** What DEVICES may say. `auto`: GPUs that pass a self-test, or else the CPU; see gpu/queue/choose-device.ts. */
export type DevicesSetting = 'auto' | readonly DeviceName[];

export const deviceList = z
	.string()
	.default('auto')
	.transform((text) => text.split(',').map((name) => name.trim()))
	.refine((names) => problemOf(names) === undefined, { error: ({ input }) => problemOf(input as string[]) })
	.transform((names): DevicesSetting => (names[0] === 'auto' ? 'auto' : names.filter(isDeviceName)));

export const oneDevice = z.string().refine(isDeviceName, {
	error: ({ input }) => `must be one device: cpu, cuda, webgpu, or cuda:1 and so on; got "${input}"`,
});

function problemOf(names: readonly string[]): string | undefined {
	const unknown = names.find((name) => name !== 'auto' && !isDeviceName(name));
	if (unknown !== undefined) {
		return `must be auto, cpu, cuda or webgpu, or several devices separated by commas as in cuda:0,cuda:1 (default auto); got "${unknown}"`;
	}
	if (names.includes('auto') && names.length > 1) {
		return 'must be either auto, which chooses by itself, or a list of devices without it; remove one of the two';
	}
	const twice = names.find((name, i) => name !== 'cpu' && names.indexOf(name) < i);
	if (twice !== undefined)
		return `must name every GPU once, but names ${twice} again; only cpu may be there several times`;
	if (names.includes('cuda') && names.some((name) => name.startsWith('cuda:'))) {
		return 'must number all NVIDIA GPUs if there are several, as in cuda:0,cuda:1, since cuda alone may be any of them';
	}
	return undefined;
}
