/** Starts programs in small repositories of their own. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';
import { until } from '../fakes/until.ts';

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

/** Where Node keeps what it compiles from them, from version 22 on. */
const isOfNode = (name: string) => /[/\\]v8(?:[/\\]|$)/.test(name);

const namesInCache = () => readdir(join(root, 'node_modules/.cache/flipside'), { recursive: true });

/** The files in the cache, and when each was written. */
async function cached(): Promise<Map<string, number>> {
	const cache = join(root, 'node_modules/.cache/flipside');
	const names = (await namesInCache()).filter((name) => name.includes('.') && !isOfNode(name));
	return new Map(
		await Promise.all(names.map(async (name) => [name, (await stat(join(cache, name))).mtimeMs] as const)),
	);
}

it('runs the entry like Node, the second time from the cache', async () => {
	expect(launch('a', 'b')).toBe(`${entry} a b first data\n`);
	const made = await cached();
	expect(made.size).toBeGreaterThanOrEqual(3);
	expect(launch('--later')).toBe(`later\n${entry} --later first data\n`);
	expect(await cached()).toEqual(made);
});

it('notices a changed source even if its time was set back, and keeps older builds', async () => {
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

it.each(['', '{}', 'not JSON', undefined])('rebuilds a damaged build: %j', async (damage) => {
	launch('--later');
	const cache = join(root, 'node_modules/.cache/flipside');
	// What is in the others is never read if it is not what was written.
	const isOfRecord = damage === '{}' || damage === 'not JSON';
	const names = [...(await cached()).keys()].filter((name) => !isOfRecord || name.endsWith('made.json'));
	expect(names.length).toBeGreaterThanOrEqual(isOfRecord ? 1 : 3);
	for (const name of names) {
		const path = join(cache, name);
		if (damage === undefined) await rm(path);
		else await writeFile(path, damage);
		expect(launch('--later'), name).toBe(`later\n${entry} --later first data\n`);
	}
	const made = await cached();
	expect(launch('--later')).toBe(`later\n${entry} --later first data\n`);
	expect(await cached()).toEqual(made);
});

it.skipIf(!('enableCompileCache' in nodeModule))(
	'lets Node keep what it compiles, also where that is damaged',
	async () => {
		launch();
		const kept = async () => {
			const paths = (await namesInCache())
				.filter(isOfNode)
				.map((name) => join(root, 'node_modules/.cache/flipside', name));
			const found = await Promise.all(paths.map(async (path) => ((await stat(path)).isFile() ? [path] : [])));
			return found.flat();
		};
		expect(await kept()).not.toEqual([]);
		for (const path of await kept()) await writeFile(path, 'damaged');
		expect(launch()).toBe(`${entry} first data\n`);
		// It belongs to the build.
		await writeFile(join(root, 'src/word.ts'), `export const word: string = 'third';`);
		for (const path of await kept()) await utimes(path, 1, 1);
		expect(launch()).toContain('third data');
		expect(await kept()).not.toEqual([]);
		const times = (await kept()).map(async (path) => (await stat(path)).mtimeMs);
		expect(Math.min(...(await Promise.all(times)))).toBeGreaterThan(1000);
	},
);

it('does not touch what another process is writing', async () => {
	launch();
	const [name] = (await cached()).keys();
	const left = `node_modules/.cache/flipside/${name}.1`;
	await write(left, 'half');
	await writeFile(join(root, 'src/word.ts'), `export const word: string = 'third';`);
	launch();
	expect([...(await cached()).keys()]).toContain(`${name}.1`);
});

it('runs without a cache if it cannot write one, and does not trust others’', async () => {
	await write('node_modules/.cache', 'a file');
	const temporary = join(root, 'tmp');
	await mkdir(temporary);
	const env = { ...process.env, TMPDIR: temporary };
	expect(execFileSync(process.execPath, [launcher, entry, 'a'], { encoding: 'utf8', env })).toBe(
		`${entry} a first data\n`,
	);
	expect(await readdir(temporary)).toEqual([]);
});

it('ends with status 0 if a bot is told to end while it is being compiled', async () => {
	const main = await write('src/main.ts', `import './word.ts'; setInterval(() => {}, 1000);`);
	const bot = spawn(process.execPath, [launcher, main]);
	const folder = join(root, 'node_modules/.cache/flipside');
	// The handler is installed before anything is compiled.
	await until('the folder', () => existsSync(folder));
	bot.kill('SIGTERM');
	const [status, signal] = await once(bot, 'exit');
	expect([status, signal]).toEqual([0, null]);
});

it.skipIf(process.platform === 'win32')(
	'says that the current folder is gone; what a running program starts works without it',
	async () => {
		launch();
		const lost = join(root, 'lost');
		const start = async (...channel: 'ipc'[]) => {
			await mkdir(lost);
			const words = ['-c', 'rmdir "$PWD" && exec "$@"', 'sh', process.execPath, launcher, entry];
			const child = spawn('sh', words, { cwd: lost, stdio: ['ignore', 'pipe', 'pipe', ...channel], timeout: 20_000 });
			const [stdout, stderr, [status]] = await Promise.all([
				text(child.stdout as Readable),
				text(child.stderr as Readable),
				once(child, 'exit'),
			]);
			return { status, stdout, stderr };
		};
		expect(await start()).toEqual({
			status: 2,
			stdout: '',
			stderr: 'The current folder is no longer there; change to one that is, for example with cd ~.\n',
		});
		expect(await start('ipc')).toMatchObject({ status: 0, stdout: `${entry} first data\n` });
	},
);

it('reports errors with their position in the source', () => {
	const { status, stderr } = spawnSync(process.execPath, [launcher, entry, '--fail'], { encoding: 'utf8' });
	expect(status).toBe(1);
	expect(stderr).toMatch(/^Error: so it ends\n {4}at .*entry\.ts:6:\d+/m);
});
