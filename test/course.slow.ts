/** The whole report of the course, by the command line, with the bundled model and the bundled trainings. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAUNCHER } from '../gpu/queue/spawn.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
let directory: string;
/** A quarter of an hour where another program has one of the two cores. */
const LIMIT_MS = 30 * 60_000;

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-course-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test(
	'the quick report runs every command of both parts end to end',
	async () => {
		const argv = [LAUNCHER, join(root, 'src/cli.ts'), 'course', '--quick'];
		const { stdout, stderr } = await run(process.execPath, [...argv, '--out', 'report', '--json'], {
			cwd: directory,
			env: { PATH: process.env.PATH, DATA_DIR: join(directory, 'data') },
		});
		expect(stderr).toBe('');
		const { text, files } = JSON.parse(stdout);
		expect(text).toBe('23 figures with the model emoji-if and the seed 150.');
		expect(files).toEqual([join('report', 'course.html')]);
		const page = await readFile(join(directory, files[0]), 'utf8');
		const pictures = [...page.matchAll(/<img src="data:image\/webp;base64,([^"]+)"/g)].map(([, base64]) => base64);
		expect(pictures.length).toBeGreaterThanOrEqual(35);
		expect(page).not.toContain('class="failure"');
		expect(page.length).toBeLessThan(10 * 2 ** 20); // what chats take at least
		for (const base64 of pictures) {
			const { channels } = await sharp(Buffer.from(base64, 'base64')).stats();
			expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
		}
	},
	LIMIT_MS,
);
