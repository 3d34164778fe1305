/** Reads the device for networks from the environment. */
import { type Device, MEMORY_PLANS, PROVIDERS } from '../device.ts';

/**
 * Where networks run, from DEVICES (cpu, cuda, webgpu; default cpu), THREADS (0 = one per core) and MODEL_MEMORY (auto,
 * resident, staged, mmap; default auto).
 */
export function readDevice({ DEVICES = 'cpu', THREADS = '0', MODEL_MEMORY = 'auto' }: NodeJS.ProcessEnv): Device {
	const provider = PROVIDERS.find((name) => name === DEVICES);
	if (!provider) throw new Error(`DEVICES must be one of ${PROVIDERS.join(', ')}, got "${DEVICES}"`);
	const memory = MEMORY_PLANS.find((name) => name === MODEL_MEMORY);
	if (!memory) throw new Error(`MODEL_MEMORY must be one of ${MEMORY_PLANS.join(', ')}, got "${MODEL_MEMORY}"`);
	return { provider, threads: Number(THREADS) || undefined, memory };
}
