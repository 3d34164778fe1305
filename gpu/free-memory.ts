/** How much memory a new process can get. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { availableMemory, constrainedMemory, platform } from 'node:process';

/** What the system reports, all in bytes. */
export interface MemoryReading {
	readonly platform: NodeJS.Platform;
	/** The machine's memory. */
	readonly total: number;
	/** Node's availableMemory(). */
	readonly available: number;
	/** The limit of a container or a service; not below `total`: no limit. */
	readonly limit: number;
	/** The file memory.stat of that limit's cgroup; empty if there is none. */
	readonly stat: string;
}

/**
 * Free memory in bytes. Cached files make room when it is needed, but Node counts them as used within a container's limit and
 * on macOS (libuv 1.46: uv_get_available_memory); everywhere else it does not.
 */
export function freeMemory(reading: MemoryReading = readMemory()): number {
	const { available, limit, total, stat } = reading;
	// Hardly any page on a Mac is empty, and it does not tell Node how many would make room.
	if (reading.platform === 'darwin') return Math.max(available, total / 2);
	return limit < total ? Math.min(available + cachedFiles(stat), limit) : available;
}

function cachedFiles(stat: string): number {
	return [...stat.matchAll(/^(?:in)?active_file (\d+)$/gm)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

function readMemory(): MemoryReading {
	const limit = constrainedMemory() || Number.POSITIVE_INFINITY;
	return { platform, total: totalmem(), available: availableMemory(), limit, stat: readStat() };
}

/** Reads memory.stat of cgroup version 2, in which a process has one group. */
function readStat(): string {
	try {
		const group = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
		return readFileSync(join('/sys/fs/cgroup', group, 'memory.stat'), 'utf8');
	} catch {
		return '';
	}
}
