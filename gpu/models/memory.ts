/** Whether networks fit into free memory, and how their weights are held. */
import { execFileSync } from 'node:child_process';
import type { Device } from '../device.ts';
import { freeMemory } from '../free-memory.ts';

/**
 * The share of free memory that a network's weights may take: activations need room too, and so does everything else that is
 * running.
 */
const SHARE = 0.7;

/** Free bytes where a device keeps weights; Infinity if unknown. */
export function freeBytes({ provider, id }: Pick<Device, 'provider' | 'id'>): number {
	if (provider === 'cpu') return freeMemory();
	return provider === 'cuda' ? freeOnNvidia(id) : Number.POSITIVE_INFINITY;
}

/** Free memory of the GPU with that number; without one the first counts as the one in use. */
function freeOnNvidia(id = 0): number {
	try {
		const query = [`--id=${id}`, '--query-gpu=memory.free', '--format=csv,noheader,nounits'];
		const mebibytes = execFileSync('nvidia-smi', query, {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		return Number(mebibytes) * 2 ** 20 || Number.POSITIVE_INFINITY;
	} catch {
		return Number.POSITIVE_INFINITY;
	}
}

/** Whether weights of this many bytes may be loaded in addition to what is in memory now. */
export function fits(bytes: number, device: Device, free = freeBytes): boolean {
	switch (device.memory ?? 'auto') {
		case 'resident':
			return true;
		case 'staged':
		case 'mmap':
			return false;
		case 'auto':
			return bytes <= SHARE * free(device);
	}
}

/**
 * `speed`: weights are copied. `memory`: they stay mapped from their files, which costs a fifth of the speed with IF-I-M (3.29
 * CPU seconds a guided step against 4.24). A GPU has its own copy either way, so mapping would only slow it down.
 *
 * @param bytes that a copy takes
 */
export function copyOrMap(bytes: number, device: Device, free = freeBytes): 'speed' | 'memory' {
	if (device.provider !== 'cpu') return 'speed';
	if (device.memory === 'mmap') return 'memory';
	return bytes <= SHARE * free(device) || device.memory === 'resident' ? 'speed' : 'memory';
}

/** How many bytes of weights may be loaded at a time if not all of them fit. */
export function roomFor(device: Device, free = freeBytes): number {
	return SHARE * free(device);
}
