/** How much memory a new process can have. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { availableMemory, constrainedMemory, platform } from 'node:process';

/** What the system says, all in bytes. */
export interface MemoryReading {
	readonly platform: NodeJS.Platform;
	/** Of the machine. */
	readonly total: number;
	/** Node's availableMemory(). */
	readonly available: number;
	/** What a container or a service may have at most; not below `total`: no limit. */
	readonly limit: number;
	/** The file memory.stat of that limit's cgroup; empty where there is none. */
	readonly stat: string;
}

/**
 * Bytes. Files that are kept in memory for speed make room when it is wanted, but Node counts them as taken within a
 * container's limit and on macOS (libuv 1.46: uv_get_available_memory); everywhere else it does not.
 */
export function freeMemory(reading: MemoryReading = readMemory()): number {
	const { available, limit, total, stat } = reading;
	// Next to no page of a Mac holds nothing; how many would make room it does not tell Node.
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

/** Of cgroup version 2, in which a process has one group. */
function readStat(): string {
	try {
		const group = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
		return readFileSync(join('/sys/fs/cgroup', group, 'memory.stat'), 'utf8');
	} catch {
		return '';
	}
}
