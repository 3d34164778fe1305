/** Makes the whole report of the course on the command line, with the bundled model and the bundled digit networks. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAUNCHER } from '../gpu/queue/spawn.ts';
import { withoutBreaks } from './commands/course/page-text.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
let directory: string;
/** It takes a quarter of an hour if another program occupies one of the two cores. */
const LIMIT_MS = 30 * 60_000;

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-course-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs a request on the command line, which must not print any errors. */
async function flipside(...words: string[]): Promise<{ text: string; files: string[] }> {
	const argv = [LAUNCHER, join(root, 'src/cli.ts'), ...words, '--json', '-q'];
	const { stdout, stderr } = await run(process.execPath, argv, {
		cwd: directory,
		env: { PATH: process.env.PATH, DATA_DIR: join(directory, 'data') },
	});
	expect(stderr).toBe('');
	return JSON.parse(stdout);
}

/** The page and its pictures, none of which may be blank. */
async function pageOf(file: string) {
	const page = withoutBreaks(await readFile(join(directory, file), 'utf8'));
	const pictures = [...page.matchAll(/<img src="data:image\/webp;base64,([^"]+)"/g)].map(([, base64]) => base64);
	for (const base64 of pictures) {
		const { channels } = await sharp(Buffer.from(base64, 'base64')).stats();
		expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
	}
	expect(page).not.toContain('class="failure"');
	return { page, pictures };
}

test(
	'the quick report runs every command of both parts end to end',
	async () => {
		const { text, files } = await flipside('course', '--quick', '--out', 'report');
		expect(text).toBe('23 figures with the model emoji-if and the seed 150.');
		expect(files).toEqual([join('report', 'course.html')]);
		const { page, pictures } = await pageOf(files[0]);
		expect(pictures.length).toBeGreaterThanOrEqual(35);
		expect(page.length).toBeLessThan(10 * 2 ** 20); // the smallest upload limit of the chats
	},
	LIMIT_MS,
);

test(
	'the quick report of 2025 is made from a newly trained flow, and from those that come with the bot',
	async () => {
		const small = ['--hidden', '4', '--batch', '1024', '--epochs', '1', '--seed', '7'];
		await flipside('mnist', 'train', 'flow-class', '--preset', 'demo-flow', ...small, '--now', '--out', 'training');
		const { text, files } = await flipside(
			...['course', '--edition', '2025', '--quick', '--run', 'latest', '--out', 'newer'],
		);
		expect(text).toBe('25 figures with the model emoji-if and the seed 150.');
		const { page, pictures } = await pageOf(files[0]);
		expect(pictures.length).toBeGreaterThanOrEqual(45);
		expect(page.match(/flow-class-\d+-\d+ --epoch 1/g)?.length).toBeGreaterThanOrEqual(6);
	},
	LIMIT_MS,
);
