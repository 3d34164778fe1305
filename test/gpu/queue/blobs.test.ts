import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { createBlobStore } from '../../../gpu/queue/blobs.ts';

describe('the blob store', () => {
	let directory: string;
	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'flipside-blobs-'));
	});
	afterEach(() => rm(directory, { recursive: true }));

	const hello = new TextEncoder().encode('hello');
	const helloSha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

	it('returns the bytes under their SHA-256, also to another store of the same directory', async () => {
		const ref = await createBlobStore(join(directory, 'blobs')).put(hello);
		expect(ref).toBe(helloSha256);
		const bytes = await createBlobStore(join(directory, 'blobs')).get(ref);
		expect([...bytes]).toEqual([...hello]);
	});

	it('leaves one whole file when the same bytes are put at the same time', async () => {
		const store = createBlobStore(directory);
		await Promise.all(Array.from({ length: 8 }, () => store.put(hello)));
		expect(await readdir(directory)).toEqual([helloSha256]);
	});

	it('says that an unknown picture must be uploaded again', async () => {
		const missing = createBlobStore(directory).get('0'.repeat(64));
		await expect(missing).rejects.toThrow(UserError);
		await expect(missing).rejects.toThrow(/no longer stored; please upload it again/);
	});

	it('never lets anything but a hash become a path', async () => {
		await expect(createBlobStore(directory).get('../secrets')).rejects.toThrow(/not a reference/);
	});
});
