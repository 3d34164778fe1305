import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBlobStore } from '../../../gpu/queue/blobs.ts';
import { createResultStore, resultDirectory } from '../../../gpu/queue/results.ts';

let directory: string;

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-results-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function stored() {
	const blobs = createBlobStore(join(directory, 'blobs'));
	const results = createResultStore(resultDirectory(directory), blobs);
	const result = {
		images: [{ blob: await blobs.put(new Uint8Array([1])), width: 4, height: 4, seed: 3 }],
		notes: ['a'],
	};
	await results.put('a key', result);
	return { results, result };
}

test('a result comes back under its key, also to another store of the same directory', async () => {
	const { results, result } = await stored();
	expect(await results.get('a key')).toEqual(result);
	expect(await results.get('another key')).toBeUndefined();
	const later = createResultStore(resultDirectory(directory), createBlobStore(join(directory, 'blobs')));
	expect(await later.get('a key')).toEqual(result);
});

test('a result whose picture was removed is gone', async () => {
	const { results } = await stored();
	await rm(join(directory, 'blobs'), { recursive: true });
	expect(await results.get('a key')).toBeUndefined();
});

test('half a file is no result', async () => {
	const { results } = await stored();
	const [file] = await readdir(resultDirectory(directory));
	await writeFile(join(resultDirectory(directory), file), '{"images": [');
	expect(await results.get('a key')).toBeUndefined();
});
