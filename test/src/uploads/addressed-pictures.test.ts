import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { createLocalBlobStore } from '../../../gpu/queue/local-blobs.ts';
import { fetchAddressed } from '../../../src/uploads/addressed-pictures.ts';
import { bands } from '../../fakes/fake-runner.ts';

const specs = {
	image: { kind: 'image', summary: 'I' },
	mask: { kind: 'image', summary: 'M' },
	prompt: { kind: 'text', summary: 'P', maxLength: 100, example: 'a' },
} as const;

let directory: string;
let blobs: BlobStore;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-addressed-'));
	blobs = createLocalBlobStore(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const fetched: string[] = [];
const fetch = async (address: string) => {
	fetched.push(address);
	return { bytes: address.endsWith('.html') ? Buffer.from('<p>') : await bands(1, 1), name: 'tower.png' };
};

test('pictures are fetched and stored, once for each; everything else stays', async () => {
	const mask = { blob: 'b'.repeat(64), name: 'mask.png' };
	const given = { image: ' HTTPS://example.org/tower.png', mask, prompt: 'https://example.org/', other: 'https://a.b' };
	const { image, ...rest } = await fetchAddressed(specs, given, blobs, fetch);
	expect(image).toMatchObject({ name: 'tower.png' });
	expect(await blobs.get((image as { blob: string }).blob)).toBeInstanceOf(Buffer);
	expect(rest).toEqual({ mask, prompt: 'https://example.org/', other: 'https://a.b' });
	expect(fetched).toEqual(['HTTPS://example.org/tower.png']);
});

test('a path is left for whoever knows what is wrong with it', async () => {
	expect(await fetchAddressed(specs, { image: 'tower.png' }, blobs, fetch)).toEqual({ image: 'tower.png' });
});

test('what comes from there must be a picture by its bytes', async () => {
	const page = fetchAddressed(specs, { image: 'https://example.org/a.html' }, blobs, fetch);
	await expect(page).rejects.toThrow(UserError);
	await expect(page).rejects.toThrow(/^tower.png is not a picture/);
});
