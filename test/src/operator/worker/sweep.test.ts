import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepWorker } from '../../../../src/operator/worker/sweep.ts';

const HOUR_S = 60 * 60;
let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-sweep-'));
	await write('blobs/old', 25);
	await write('blobs/new', 23);
	await write('mnist/used/run.json', 1);
	await write('mnist/used/checkpoints/epoch-001.safetensors', 25);
	await write('mnist/unused/run.json', 25);
});
afterEach(() => rm(dataDir, { recursive: true }));

/** @param hours since it was last used */
async function write(path: string, hours: number): Promise<void> {
	const file = join(dataDir, path);
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, '');
	await age(path, hours);
}

async function age(path: string, hours: number): Promise<void> {
	const time = Date.now() / 1000 - hours * HOUR_S;
	await utimes(join(dataDir, path), time, time);
}

const namesIn = async (folder: string) => (await readdir(join(dataDir, folder))).sort();

test('removes what no job has used for a day', async () => {
	expect(await sweepWorker(dataDir)).toBe(2);
	expect([await namesIn('blobs'), await namesIn('mnist')]).toEqual([['new'], ['used']]);
});

test('leaves a bot’s data directory to the bot', async () => {
	await write('flipside.db', 0);
	expect(await sweepWorker(dataDir)).toBe(0);
	expect([await namesIn('blobs'), await namesIn('mnist')]).toEqual([
		['new', 'old'],
		['unused', 'used'],
	]);
});

test('removes what killed workers were training, and nothing that is being trained', async () => {
	for (const [name, hours] of [
		['dead', 25],
		['alive', 1],
	] as const) {
		await write(`trainings/${name}/mnist/time-1/run.json`, 30);
		await age(`trainings/${name}/mnist/time-1`, hours);
		await age(`trainings/${name}`, 30);
	}
	await write('flipside.db', 0);
	expect(await sweepWorker(dataDir)).toBe(1);
	expect(await namesIn('trainings')).toEqual(['alive']);
});

test('has nothing to do in a new one', async () => expect(await sweepWorker(join(dataDir, 'nothing'))).toBe(0));
