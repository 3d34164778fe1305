/** The names of files, and where they are written. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../gpu/jobs/index.ts';
import { namedByPrompt, slugOf } from '../../../src/command-line/file-names.ts';
import { targetOf, writeOutputs } from '../../../src/command-line/output.ts';
import { readOwnOptions } from '../../../src/command-line/own-options.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'flipside-output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file name', () => {
	test.each([
		['a photo of a dog', 'a-photo-of-a-dog'],
		['Café "Zürich": 3 x 4 / 5!', 'cafe-zurich-3-x-4-5'],
		['../../etc/passwd\0', 'etc-passwd'],
		['犬 🐕', ''],
		['an oil painting of people around a campfire', 'an-oil-painting-of-people-around-a'],
		['x'.repeat(60), 'x'.repeat(40)],
	])('for %j contains %j', (prompt, slug) => {
		expect(slugOf(prompt)).toBe(slug);
		expect(slug.length).toBeLessThanOrEqual(40);
	});

	test('has the kind of job, then the prompts if they are informative', () => {
		const named = (filename: string, job: object | undefined) => namedByPrompt(filename, job as Job | undefined);
		expect(named('generate-180.png', { kind: 'generate', prompt: 'a dog' })).toBe('generate-a-dog-180.png');
		expect(named('anagram-7-flip.png', { kind: 'anagram', prompts: ['a cat', 'a hat'] })).toBe(
			'anagram-a-cat-a-hat-7-flip.png',
		);
		expect(named('edit-3.png', { kind: 'edit', prompt: 'a high quality photo' })).toBe('edit-3.png');
		expect(named('noise-3.png', { kind: 'noise' })).toBe('noise-3.png');
		expect(named('course.html', undefined)).toBe('course.html');
	});
});

describe('--out', () => {
	const bytes = Buffer.from('new');
	const target = (words: string[], terminal = false) => targetOf(readOwnOptions(words), { writes: true, terminal });
	async function write(words: string[], ...names: string[]) {
		const where = await target(words);
		if (where.kind === 'stdout') throw new Error('no files');
		const paths = await writeOutputs(
			where,
			names.map((filename) => ({ filename, bytes })),
		);
		return paths.map((path) => path.slice(folder.length + 1));
	}

	test('can be a folder, in which existing names get numbers', async () => {
		const out = ['--out', join(folder, 'a/b')];
		expect(await write(out, 'x.png', 'y.gif')).toEqual(['a/b/x.png', 'a/b/y.gif']);
		expect(await write(out, 'x.png')).toEqual(['a/b/x-2.png']);
		expect(await write(out, 'x.png', 'x.png')).toEqual(['a/b/x-3.png', 'a/b/x-4.png']);
	});

	test('can be a file, with the others beside it', async () => {
		const out = [`--out=${join(folder, 'dog.png')}`];
		expect(await write(out, 'sheet.png', '1.png', 'film.gif')).toEqual(['dog.png', 'dog-1.png', 'dog-2.gif']);
		await expect(target(out)).rejects.toThrow(
			/dog.png" already exists; give another name, or add --force to overwrite it/,
		);
		await writeFile(join(folder, 'dog.png'), 'old');
		expect(await write([...out, '--force'], 'sheet.png', '1.png')).toEqual(['dog.png', 'dog-1.png']);
		expect(await readFile(join(folder, 'dog.png'), 'utf8')).toBe('new');
	});

	test('can be a folder with a name like a file’s', async () => {
		await mkdir(join(folder, 'v1.png'));
		expect(await write(['--out', join(folder, 'v1.png')], 'x.png')).toEqual(['v1.png/x.png']);
	});

	test('is checked before the work, without leaving anything behind', async () => {
		expect(await target(['--out', join(folder, 'new/deep')])).toMatchObject({ kind: 'folder' });
		expect(await readdir(folder)).toEqual([]);
	});

	test('cannot be the terminal, or stdout together with JSON', async () => {
		expect(await target(['--out', '-'])).toEqual({ kind: 'stdout' });
		await expect(target(['--out', '-'], true)).rejects.toThrow(
			/standard output, which is a terminal here; redirect it/,
		);
		await expect(target(['--out', '-', '--json'])).rejects.toThrow('Give either --json or --out -');
	});

	test('cannot be inside a file', async () => {
		await writeFile(join(folder, 'file'), '');
		await expect(target(['--out', join(folder, 'file/deeper')])).rejects.toThrow(/cannot be written \(ENOTDIR/);
	});

	test.runIf(existsSync('/proc/self'))('is rejected at once in a folder that cannot be written', async () => {
		for (const out of ['/proc/x', '/proc/x/y.png', '/proc/self/z']) {
			await expect(target(['--out', out])).rejects.toThrow(/cannot be written \(E.*; give a folder that can be/);
		}
	});
});
