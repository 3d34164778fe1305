/** What every ResultStore must do, wherever it keeps its results. */
import { beforeEach, expect, test } from 'vitest';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import type { ResultStore } from '../../../gpu/queue/results.ts';

export interface Stores {
	readonly results: ResultStore;
	/** Where the pictures of its results are. */
	readonly blobs: BlobStore;
}

/** A result of one picture, and the note that tells it from others. */
export async function someResult(blobs: BlobStore, note = 'a') {
	return { images: [{ blob: await blobs.put(new Uint8Array([1])), width: 4, height: 4, seed: 3 }], notes: [note] };
}

/** @param makeStores makes empty ones for each test */
export function resultsContract(makeStores: () => Stores): void {
	let stores: Stores;
	beforeEach(() => {
		stores = makeStores();
	});

	test('a result comes back under its key, the last one that was put there', async () => {
		const { results, blobs } = stores;
		const result = await someResult(blobs);
		await results.put('a key', await someResult(blobs, 'an older one'));
		await results.put('a key', result);
		expect(await results.get('a key')).toEqual(result);
		expect(await results.get('another key')).toBeUndefined();
	});

	test('a result whose picture was removed is gone', async () => {
		const { results, blobs } = stores;
		const result = await someResult(blobs);
		await results.put('a key', result);
		await blobs.remove(result.images[0].blob);
		expect(await results.get('a key')).toBeUndefined();
	});
}
