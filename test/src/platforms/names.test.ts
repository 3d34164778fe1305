/** Checks that only a platform's own folder names it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { platforms } from '../../../src/platforms/index.ts';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));

/** Node's own `console` is not the platform. */
const NAMES = new RegExp(`(?:${platforms.map(({ name }) => name).join('|')})(?!\\.(?:log|error)\\()`, 'i');

test('no file outside src/platforms names a platform', async () => {
	const files = (await readdir(SRC, { recursive: true })).filter((file) => file.endsWith('.ts'));
	const others = files.filter((file) => !/^platforms\b/.test(file));
	expect(others.length).toBeGreaterThan(50);
	const lines = others.map(async (file) => {
		const text = await readFile(join(SRC, file), 'utf8');
		return text.split('\n').flatMap((line, i) => (NAMES.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []));
	});
	expect((await Promise.all(lines)).flat()).toEqual([]);
});

test('the search would find one', () => {
	for (const { name } of platforms) expect(`sent by ${name.toUpperCase()}`).toMatch(NAMES);
	expect("console.log('ready')").not.toMatch(NAMES);
});
