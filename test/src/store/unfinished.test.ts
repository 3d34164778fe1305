import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeUnfinished } from '../../../src/store/unfinished.ts';

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-unfinished-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function put(name: string, hours: number): Promise<void> {
	const file = join(directory, name);
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, 'x');
	const time = new Date(Date.now() - hours * 60 * 60 * 1000);
	await utimes(file, time, time);
}

test('what was left half written an hour ago goes, wherever it lies, and nothing else does', async () => {
	expect(await removeUnfinished(directory)).toBe(0);
	const uuid = randomUUID();
	const gone = [
		`blobs/${'a'.repeat(64)}.${uuid}`,
		`mnist/time-1/checkpoints/step-0000001.safetensors.${uuid}`,
		'backups/flipside-2026-01-01.db.unfinished',
	];
	const kept = [`blobs/${'b'.repeat(64)}`, 'mnist/time-1/status.json', `thesis/chapter.${uuid}`, `note.${uuid}`];
	const busy = `results/one.${uuid}`;
	for (const name of [...gone, ...kept]) await put(name, 2);
	await put(busy, 0.5);
	expect(await removeUnfinished(directory)).toBe(gone.length);
	const left = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
	expect(left.map(({ parentPath, name }) => join(parentPath, name)).sort()).toEqual(
		[...kept, busy].map((name) => join(directory, name)).sort(),
	);
});
