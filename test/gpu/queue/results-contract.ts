/** The tests that every ResultStore must pass. */
import { beforeEach, expect, test } from 'vitest';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import type { ResultStore } from '../../../gpu/queue/results.ts';

export interface Stores {
	readonly results: ResultStore;
	/** The store of the results' pictures. */
	readonly blobs: BlobStore;
}

/** A result with one picture, identified by its note. */
export async function someResult(blobs: BlobStore, note = 'a') {
	return { images: [{ blob: await blobs.put(new Uint8Array([1])), width: 4, height: 4, seed: 3 }], notes: [note] };
}

/** @param makeStores makes empty stores for each test */
export function resultsContract(makeStores: () => Stores): void {
	let stores: Stores;
	beforeEach(() => {
		stores = makeStores();
	});

	test('returns the last result that was put under a key', async () => {
		const { results, blobs } = stores;
		const result = await someResult(blobs);
		await results.put('a key', await someResult(blobs, 'an older one'));
		await results.put('a key', result);
		expect(await results.get('a key')).toEqual(result);
		expect(await results.get('another key')).toBeUndefined();
	});

	test('does not return a result whose picture was removed', async () => {
		const { results, blobs } = stores;
		const result = await someResult(blobs);
		await results.put('a key', result);
		await blobs.remove(result.images[0].blob);
		expect(await results.get('a key')).toBeUndefined();
	});
}
