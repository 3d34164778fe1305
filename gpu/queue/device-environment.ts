/** What a process needs in its environment to compute on a device. */
import { type DeviceName, deviceNamed } from '../device.ts';
import { nvidiaEnvironment } from './nvidia-folder.ts';

export function deviceEnvironment(device: DeviceName, dataDir: string): Record<string, string> {
	return {
		DEVICES: device,
		...nvidiaEnvironment(dataDir),
		// By itself CUDA counts from the fastest GPU, and so gives other numbers than nvidia-smi.
		...(deviceNamed(device).id !== undefined && { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }),
	};
}
