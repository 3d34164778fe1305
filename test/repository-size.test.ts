import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The largest size of a clone, including weights. */
const MOST_BYTES = 72 * 2 ** 20;

/** The largest size of all digit networks together. */
const MOST_DIGIT_BYTES = 14 * 2 ** 20;

// A downloaded archive has no list of tracked files.
test.skipIf(!existsSync(join(ROOT, '.git')))('the tracked files are small enough to clone', () => {
	const listed = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
	const paths = [...new Set(listed.split('\0'))].map((name) => join(ROOT, name));
	const files = paths
		.flatMap((path) => lstatSync(path, { throwIfNoEntry: false }) ?? [])
		.filter((file) => file.isFile());
	const digits = paths.filter((path) => path.includes('assets/models/digits/')).map((path) => lstatSync(path).size);
	expect(digits.length).toBeGreaterThan(4);
	expect(digits.reduce((bytes, size) => bytes + size, 0)).toBeLessThan(MOST_DIGIT_BYTES);
	expect(files.length).toBeGreaterThan(100);
	expect(files.reduce((bytes, { size }) => bytes + size, 0)).toBeLessThan(MOST_BYTES);
});
