/** The command line as a script calls it: in its own process, without a bot. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';
import { CLI, runFlipside } from '../fakes/run-flipside.ts';

let directory: string;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-cli-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const flipside = (...words: string[]) =>
	runFlipside(words, { cwd: directory, env: { DATA_DIR: join(directory, 'data') } });

test('makes a picture, logs progress, and prints one object with --json', async () => {
	const { status, stdout, stderr } = await flipside('generate', 'a dog', '--seed', '180', '--steps', '3', '--json');
	expect(status).toBe(0);
	// Progress goes to the log.
	expect(stderr).toMatch(/^Step \d of 3\.\n/);
	const { images, job } = JSON.parse(stdout);
	expect(job).toMatchObject({ kind: 'generate', prompt: 'a dog', steps: 3 });
	const png = await readFile(join(directory, images[0].path));
	expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
});

test('ends with status 2 and one line after a mistake', async () => {
	const { status, stdout, stderr } = await flipside('generate', '--steps', '0');
	expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
	expect(stderr).toMatch(/^steps must be [^\n]*\n$/);
});

test('makes its picture even if nobody reads what it says meanwhile', async () => {
	const words = ['generate', 'a dog', '--seed', '180', '--steps', '3', '--out', 'unheard.png'];
	const env = { PATH: process.env.PATH, DATA_DIR: join(directory, 'data') };
	const child = spawn(process.execPath, [LAUNCHER, CLI, ...words], { cwd: directory, env });
	child.stderr.destroy();
	expect(await once(child, 'exit')).toEqual([0, null]);
	expect(await sharp(await readFile(join(directory, 'unheard.png'))).metadata()).toMatchObject({ width: 256 });
});

test.skipIf(process.platform === 'win32')('prints everything, however slowly it is read', () => {
	const command = `"$0" "$1" "$2" completion fish | (sleep 2; cat)`;
	const env = { PATH: process.env.PATH, DATA_DIR: join(directory, 'data') };
	const printed = execFileSync('sh', ['-c', command, process.execPath, LAUNCHER, CLI], { encoding: 'utf8', env });
	expect(printed.length).toBeGreaterThan(65_536); // what a pipe holds on Linux
	expect(printed).toMatch(/\n$/);
	expect(printed.trimEnd().split('\n').at(-1)).toMatch(/^complete /);
});
