import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS } from '../../../src/base/every-day.ts';
import { removeUnfinished, removeUnfinishedDaily } from '../../../src/store/unfinished.ts';

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

const remove = () => removeUnfinished(directory, join(directory, 'home', '.env'));

test('only files left unfinished an hour ago are removed, wherever they are', async () => {
	expect(await remove()).toBe(0);
	const uuid = randomUUID();
	const gone = [
		`blobs/${'a'.repeat(64)}.${uuid}`,
		`mnist/time-1/checkpoints/step-0000001.safetensors.${uuid}`,
		'backups/flipside-2026-01-01.db.unfinished',
		'flipside.db.restoring',
		'flipside.db.restoring-wal',
		'flipside.db.restoring-shm',
		'.doctor-4711',
		`home/.env.${uuid}`,
	];
	const kept = [
		`blobs/${'b'.repeat(64)}`,
		'mnist/time-1/status.json',
		`thesis/chapter.${uuid}`,
		`note.${uuid}`,
		'flipside.db',
		'flipside.db.replaced-2026-01-01T10-20-30-400Z',
		'thesis/flipside.db.restoring',
		'home/.env',
		'home/.env.example',
		`home/thesis.${uuid}`,
	];
	const busy = [`results/one.${uuid}`, '.doctor-4712', `home/.env.${randomUUID()}`];
	for (const name of [...gone, ...kept]) await put(name, 2);
	for (const name of busy) await put(name, 0.5);
	expect(await remove()).toBe(gone.length);
	const left = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
	expect(left.map(({ parentPath, name }) => join(parentPath, name)).sort()).toEqual(
		[...kept, ...busy].map((name) => join(directory, name)).sort(),
	);
});

test('it looks again once a day until it is stopped', async () => {
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	try {
		const log = { info: vi.fn(), error: vi.fn() };
		const stop = removeUnfinishedDaily(directory, join(directory, '.env'), log as never);
		await vi.waitFor(() => expect(log.info).toHaveBeenCalledExactlyOnceWith({ files: 0 }, expect.anything()));
		await put(`blobs/x.${randomUUID()}`, 2);
		vi.advanceTimersByTime(DAY_MS);
		await vi.waitFor(() => expect(log.info).toHaveBeenLastCalledWith({ files: 1 }, expect.anything()));
		stop();
		vi.advanceTimersByTime(2 * DAY_MS);
		expect(log.info).toHaveBeenCalledTimes(2);
		expect(log.error).not.toHaveBeenCalled();
	} finally {
		vi.useRealTimers();
	}
});
