import { type Device, PROVIDERS } from '../onnx/session.ts';

/** Where networks run, from DEVICES (cpu, cuda, webgpu; default cpu) and THREADS (0 = one per core). */
export function readDevice({ DEVICES = 'cpu', THREADS = '0' }: NodeJS.ProcessEnv): Device {
	const provider = PROVIDERS.find((name) => name === DEVICES);
	if (!provider) throw new Error(`DEVICES must be one of ${PROVIDERS.join(', ')}, got "${DEVICES}"`);
	return { provider, threads: Number(THREADS) || undefined };
}
