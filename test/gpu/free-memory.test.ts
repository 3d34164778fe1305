import { expect, it } from 'vitest';
import { freeMemory, type MemoryReading } from '../../gpu/free-memory.ts';

const GB = 1e9;
const STAT = `anon 900000000\nfile 2500000000\ninactive_anon 5\ninactive_file 1500000000\nactive_file 500000000\n`;
const READING: MemoryReading = {
	platform: 'linux',
	total: 16 * GB,
	available: 9 * GB,
	limit: Number.POSITIVE_INFINITY,
	stat: STAT,
};

it('is Node’s number if there is no limit', () => {
	expect(freeMemory(READING)).toBe(9 * GB);
	expect(freeMemory({ ...READING, platform: 'win32', stat: '' })).toBe(9 * GB);
});

it('counts cached files as free, but never exceeds the limit', () => {
	const limited = { ...READING, limit: 4 * GB, available: 0.5 * GB };
	expect(freeMemory(limited)).toBe(2.5 * GB);
	expect(freeMemory({ ...limited, available: 3 * GB })).toBe(4 * GB);
	expect(freeMemory({ ...limited, stat: '' })).toBe(0.5 * GB);
});

it('is at least half the memory of a Mac', () => {
	const mac = { ...READING, platform: 'darwin', stat: '' } as const;
	expect(freeMemory({ ...mac, available: 0.2 * GB })).toBe(8 * GB);
	expect(freeMemory({ ...mac, available: 10 * GB })).toBe(10 * GB);
});

it('can be read on this machine', () => {
	expect(freeMemory()).toBeGreaterThan(0.05 * GB);
	expect(freeMemory()).toBeLessThan(100_000 * GB);
});
