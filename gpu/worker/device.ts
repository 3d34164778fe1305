/** Reads the device for networks from the environment. */
import { type Device, deviceNamed, isDeviceName, MEMORY_PLANS } from '../device.ts';

/**
 * Where networks run, from DEVICES (one name; default cpu), THREADS (0 = one per core) and MODEL_MEMORY (auto,
 * resident, staged, mmap; default auto).
 */
export function readDevice({ DEVICES = 'cpu', THREADS = '0', MODEL_MEMORY = 'auto' }: NodeJS.ProcessEnv): Device {
	if (!isDeviceName(DEVICES)) throw new Error(`DEVICES must be the name of one device, got "${DEVICES}"`);
	const memory = MEMORY_PLANS.find((name) => name === MODEL_MEMORY);
	if (!memory) throw new Error(`MODEL_MEMORY must be one of ${MEMORY_PLANS.join(', ')}, got "${MODEL_MEMORY}"`);
	return { ...deviceNamed(DEVICES), threads: Number(THREADS) || undefined, memory };
}
