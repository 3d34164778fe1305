/** What nvidia-smi knows of the first NVIDIA GPU. */
import { execFileSync } from 'node:child_process';

/** @param field of `nvidia-smi --help-query-gpu`; undefined where there is no such GPU */
export function queryGpu(field: 'name' | 'driver_version' | 'memory.used'): string | undefined {
	const options = [`--query-gpu=${field}`, '--format=csv,noheader,nounits', '--id=0'];
	try {
		return execFileSync('nvidia-smi', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
	} catch {
		return undefined;
	}
}
