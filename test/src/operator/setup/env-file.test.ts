import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readText, withValues, writePrivate } from '../../../../src/operator/setup/env-file.ts';

describe('withValues', () => {
	test('changes only the lines of the given variables', () => {
		const before = '# Discord\nDISCORD_TOKEN=\n\n# DISCORD_TOKEN=example\nMY_DISCORD_TOKEN=other # mine\nA="1\n2"\n';
		expect(withValues(before, { DISCORD_TOKEN: 'a.b.c' })).toBe(
			before.replace('\nDISCORD_TOKEN=', '\nDISCORD_TOKEN=a.b.c'),
		);
	});

	test.each([
		['', 'T=new\n'],
		['A=1', 'A=1\nT=new\n'],
		['A=1\r\n', 'A=1\r\nT=new\r\n'],
		['export T = "old" # was\r\nA=1\r\n', 'T=new\r\nA=1\r\n'],
		['T=old\nT=older\n', 'T=new\nT=new\n'],
		['#T=old\n', '#T=old\nT=new\n'],
	])('%j becomes %j', (before, after) => {
		expect(withValues(before, { T: 'new' })).toBe(after);
		expect(parse(after).T).toBe('new');
	});

	test('inserts values literally', () => {
		expect(withValues('T=1\n', { T: "$&$1$'" })).toBe("T=$&$1$'\n");
	});
});

describe('a file', () => {
	let directory: string;
	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'flipside-env-'));
	});
	afterEach(() => rm(directory, { recursive: true, force: true }));

	test('is refused before any question if it could not be written at the end', async () => {
		await expect(readText(directory)).rejects.toThrow(
			/^\/.* cannot be used: EISDIR: .*; make it a file that this user may read and write\.$/,
		);
		await expect(readText(join(directory, 'missing', '.env'))).rejects.toThrow(/ cannot be used: ENOENT: /);
	});

	test('is made private, even if everyone could read the old one', async () => {
		const file = join(directory, '.env');
		expect(await readText(file)).toBeUndefined();
		await writeFile(file, 'OLD=1', { mode: 0o644 });
		await writePrivate(file, 'NEW=1');
		expect(await readText(file)).toBe('NEW=1');
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect(await readdir(directory)).toEqual(['.env']);
	});

	test('is written through a link', async () => {
		await writeFile(join(directory, 'real'), '');
		await symlink('real', join(directory, '.env'));
		await writePrivate(join(directory, '.env'), 'A=1');
		expect((await lstat(join(directory, '.env'))).isSymbolicLink()).toBe(true);
		expect(await readFile(join(directory, 'real'), 'utf8')).toBe('A=1');
	});
});
