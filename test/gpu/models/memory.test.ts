import { describe, expect, it } from 'vitest';
import { copyOrMap, fits } from '../../../gpu/models/memory.ts';

const GB = 1e9;
const free = (bytes: number) => () => bytes;

describe('weights', () => {
	it('are copied on a CPU with enough memory, and otherwise mapped', () => {
		expect(copyOrMap(5 * GB, { provider: 'cpu' }, free(10 * GB))).toBe('speed');
		expect(copyOrMap(8 * GB, { provider: 'cpu' }, free(10 * GB))).toBe('memory');
	});

	it('are never mapped for a GPU', () => {
		for (const memory of ['auto', 'resident', 'staged', 'mmap'] as const) {
			expect(copyOrMap(8 * GB, { provider: 'cuda', memory }, free(1 * GB))).toBe('speed');
		}
	});

	it('follow the configuration', () => {
		expect(copyOrMap(1, { provider: 'cpu', memory: 'mmap' }, free(10 * GB))).toBe('memory');
		expect(copyOrMap(8 * GB, { provider: 'cpu', memory: 'resident' }, free(1 * GB))).toBe('speed');
	});
});

it.each([
	['auto', 5 * GB, true],
	['auto', 8 * GB, false],
	['resident', 80 * GB, true],
	['staged', 1, false],
	['mmap', 1, false],
] as const)('%s decides whether %d bytes may stay loaded with 10 GB free', (memory, bytes, stays) => {
	expect(fits(bytes, { provider: 'cuda', memory }, free(10 * GB))).toBe(stays);
});
