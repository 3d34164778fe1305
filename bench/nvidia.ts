/** Asks nvidia-smi about the first NVIDIA GPU. */
import { execFileSync } from 'node:child_process';

/**
 * @param field one listed by `nvidia-smi --help-query-gpu`
 * @returns undefined if there is no such GPU
 */
export function queryGpu(field: 'name' | 'driver_version' | 'memory.used'): string | undefined {
	const options = [`--query-gpu=${field}`, '--format=csv,noheader,nounits', '--id=0'];
	try {
		return execFileSync('nvidia-smi', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
	} catch {
		return undefined;
	}
}
