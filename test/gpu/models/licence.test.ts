import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { licenceOf } from '../../../gpu/models/licence.ts';

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-licence-'));
});
afterEach(() => rm(directory, { recursive: true }));

const put = (name: string, text: string) => writeFile(join(directory, name), text);

test('a directory that says nothing has no known licence', async () => {
	await put('README.md', '---\ntags: none\n---\n# A model\n\nlicense: not in the front matter\n\n---\n');
	expect(licenceOf(directory, false)).toBeUndefined();
});

test.each([
	['---\ntags:\n- art\nlicense: apache-2.0\n---\n# A model\n', 'apache-2.0'],
	['---\nlicense: other\nlicense_name: "my own licence"\n---\n', 'my own licence'],
	['---\r\nlicense: mit\r\n---\r\n', 'mit'],
])('a model card names it: %j', async (card, name) => {
	await put('README.md', card);
	await put('LICENSE.md', 'as the card says');
	expect(licenceOf(directory, false)).toBe(name);
});

test('else it is in a file', async () => {
	await put('LICENSES.md', '');
	expect(licenceOf(directory, false)).toBe('see LICENSES.md in its folder');
});

test('DeepFloyd’s releases have DeepFloyd’s', () => {
	expect(licenceOf(directory, true)).toMatch(/^DeepFloyd IF License, https:/);
});
