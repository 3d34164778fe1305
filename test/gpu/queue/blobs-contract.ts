/** The tests that every BlobStore must pass. */
import { expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';

export const HELLO = new TextEncoder().encode('hello');
export const HELLO_SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

/** @param makeStore makes an empty store for each test */
export function blobsContract(makeStore: () => BlobStore): void {
	it('stores bytes by their SHA-256, even if put repeatedly', async () => {
		const store = makeStore();
		expect(await Promise.all([store.put(HELLO), store.put(HELLO)])).toEqual([HELLO_SHA256, HELLO_SHA256]);
		expect([...(await store.get(HELLO_SHA256))]).toEqual([...HELLO]);
	});

	it('asks to upload or make an unknown picture again', async () => {
		const missing = makeStore().get('0'.repeat(64));
		await expect(missing).rejects.toThrow(UserError);
		await expect(missing).rejects.toThrow(/no longer stored; please upload it, or make it, again/);
	});

	it('removes blobs, even unknown ones', async () => {
		const store = makeStore();
		await store.put(HELLO);
		await store.remove(HELLO_SHA256);
		await store.remove(HELLO_SHA256);
		await expect(store.get(HELLO_SHA256)).rejects.toThrow(UserError);
	});

	it('accepts only hashes as references', async () => {
		const store = makeStore();
		await expect(store.get('../secrets')).rejects.toThrow(/not a reference/);
		await expect(store.remove('../secrets')).rejects.toThrow(/not a reference/);
	});
}
