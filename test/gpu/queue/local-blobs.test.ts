import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalBlobStore } from '../../../gpu/queue/local-blobs.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { blobsContract, HELLO, HELLO_SHA256 } from './blobs-contract.ts';

describe('the local blob store', () => {
	let directory: string;
	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'flipside-blobs-'));
	});
	afterEach(() => rm(directory, { recursive: true }));

	blobsContract(() => createLocalBlobStore(join(directory, 'blobs')));

	it('shares its folder with other stores', async () => {
		const ref = await createLocalBlobStore(directory).put(HELLO);
		expect([...(await createLocalBlobStore(directory).get(ref))]).toEqual([...HELLO]);
	});

	it('never returns a damaged file, and repairs it at the next put of the same bytes', async () => {
		const store = createLocalBlobStore(directory);
		const ref = await store.put(HELLO);
		await writeFile(join(directory, ref), 'jello');
		await expect(store.get(ref)).rejects.toThrow(/is no longer stored; please upload it, or make it, again/);
		await store.put(HELLO);
		expect([...(await store.get(ref))]).toEqual([...HELLO]);
	});

	it('writes one whole file if the same bytes are put concurrently', async () => {
		const store = createLocalBlobStore(directory);
		await Promise.all(Array.from({ length: 8 }, () => store.put(HELLO)));
		expect(await readdir(directory)).toEqual([HELLO_SHA256]);
	});
});

describe('the blob store in memory', () => blobsContract(memoryBlobs));
