/** Starting a program, in a small repository of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

let root: string;
let launcher: string;
let entry: string;
beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'flipside-launch-'));
	launcher = join(root, 'gpu/launch.mjs');
	await write('gpu/launch.mjs', '');
	await copyFile(LAUNCHER, launcher);
	await mkdir(join(root, 'node_modules'));
	for (const name of ['esbuild', 'tsx']) await symlink(join(packages, name), join(root, 'node_modules', name));
	await write('package.json', '{ "type": "module" }');
	await write('src/word.ts', `export const word: string = 'first';`);
	await write('src/later.ts', `console.log('later');`);
	await write('src/deep/data.ts', `export const data: URL = new URL('data.txt', import.meta.url);`);
	entry = await write(
		'src/entry.ts',
		`import { readFileSync } from 'node:fs';
		import { data } from './deep/data.ts';
		import { word } from './word.ts';
		const words: string[] = process.argv.slice(1);
		if (words.includes('--later')) await import('./later.ts');
		if (words.includes('--fail')) throw new Error('so it ends');
		console.log(words.join(' '), word, readFileSync(data, 'utf8'));`,
	);
	await write('src/deep/data.txt', 'data');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
	const path = join(root, name);
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, text);
	return path;
}

const launch = (...words: string[]) =>
	execFileSync(process.execPath, [launcher, entry, ...words], { encoding: 'utf8' });

/** What lies in the cache, by name, and when each was written. */
async function cached(): Promise<Map<string, number>> {
	const cache = join(root, 'node_modules/.cache/flipside');
	const names = (await readdir(cache, { recursive: true })).filter((name) => name.includes('.'));
	return new Map(
		await Promise.all(names.map(async (name) => [name, (await stat(join(cache, name))).mtimeMs] as const)),
	);
}

it('runs the entry as Node would, at the second start from what the first has made', async () => {
	expect(launch('a', 'b')).toBe(`${entry} a b first data\n`);
	const made = await cached();
	expect(made.size).toBeGreaterThanOrEqual(3);
	expect(launch('--later')).toBe(`later\n${entry} --later first data\n`);
	expect(await cached()).toEqual(made);
});

it('sees that a source was changed, also where its time was set back, and keeps what was made before', async () => {
	launch();
	const made = [...(await cached()).keys()];
	const word = join(root, 'src/word.ts');
	const { atime, mtime } = await stat(word);
	await writeFile(word, (await readFile(word, 'utf8')).replace('first', 'other'));
	await utimes(word, atime, mtime);
	expect(launch()).toContain('other data');
	const remade = [...(await cached()).keys()];
	expect(remade).toEqual(expect.arrayContaining(made));
	await writeFile(word, `export const word: string = 'third';`);
	expect(launch()).toContain('third data');
	const kept = [...(await cached()).keys()];
	expect(kept).not.toEqual(expect.arrayContaining(made));
	expect(kept).toEqual(expect.arrayContaining(remade.filter((name) => !made.includes(name))));
});

it('does without a cache where none can be kept', async () => {
	await write('node_modules/.cache', 'a file');
	expect(launch('a')).toBe(`${entry} a first data\n`);
});

it('tells of an error where it lies in the source', () => {
	const { status, stderr } = spawnSync(process.execPath, [launcher, entry, '--fail'], { encoding: 'utf8' });
	expect(status).toBe(1);
	expect(stderr).toMatch(/^Error: so it ends\n {4}at .*entry\.ts:6:\d+/m);
});
