import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createReadiness, readyFile } from '../../src/readiness.ts';

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };

let dataDir: string;
beforeEach(() => {
	dataDir = mkdtempSync(join(tmpdir(), 'flipside-ready-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('anything in place of the ready file, even a folder, is removed at the start', () => {
	mkdirSync(join(readyFile(dataDir), 'inside'), { recursive: true });
	const readiness = createReadiness(dataDir, log);
	expect(existsSync(readyFile(dataDir))).toBe(false);
	readiness.announce();
	expect(readFileSync(readyFile(dataDir), 'utf8')).toBe(`${process.pid}\n`);
	readiness.withdraw();
	expect(existsSync(readyFile(dataDir))).toBe(false);
	expect(log.error).not.toHaveBeenCalled();
});

test('a file that cannot be removed is logged, without disturbing the end', () => {
	// An invalid name fails even for the superuser.
	const { withdraw } = createReadiness(join(readyFile(dataDir), '\0'), log);
	expect(withdraw).not.toThrow();
	expect(log.error).toHaveBeenCalled();
});
