import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedOnDisk } from '../../../../gpu/models/embeddings/disk-cache.ts';
import type { TextEncoder } from '../../../../gpu/models/text-encoder.ts';

const WIDTH = 4;
/** The size for one prompt: 77 · 4 numbers, and a digest. */
const FILE_BYTES = 77 * WIDTH * 4 + 32;

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'embeddings-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An encoder whose embeddings contain the length of the prompt, and the prompts that it encoded. */
function counted() {
	const asked: string[] = [];
	const encoder: TextEncoder = {
		width: WIDTH,
		normalise: (prompt) => prompt,
		async encode(text) {
			asked.push(text);
			return { data: new Float32Array(77 * WIDTH).fill(text.length), shape: [77, WIDTH] };
		},
		tokensCut: () => 0,
		close: async () => {},
	};
	return { encoder, asked };
}

const options = (changes = {}) => ({ folder, revision: 'r1', ...changes });

describe('embeddings on disk', () => {
	it('are encoded only once, also across processes', async () => {
		const first = counted();
		const made = await cachedOnDisk(first.encoder, options()).encode('a dog');
		const second = counted();
		expect(await cachedOnDisk(second.encoder, options()).encode('a dog')).toEqual(made);
		expect([first.asked, second.asked]).toEqual([['a dog'], []]);
	});

	it('belong to one revision of the encoder', async () => {
		const { encoder, asked } = counted();
		await cachedOnDisk(encoder, options()).encode('a dog');
		await cachedOnDisk(encoder, options({ revision: 'r2' })).encode('a dog');
		expect(asked).toEqual(['a dog', 'a dog']);
	});

	it.each([
		['flipped', (bytes: Buffer) => bytes.fill(bytes[100] ^ 1, 100, 101)],
		['cut off', (bytes: Buffer) => bytes.subarray(0, 500)],
		['empty', () => Buffer.alloc(0)],
	])('are made again if a file is %s', async (_, damage) => {
		const { encoder, asked } = counted();
		const cached = cachedOnDisk(encoder, options());
		const made = await cached.encode('a dog');
		const [name] = readdirSync(folder);
		writeFileSync(join(folder, name), damage(readFileSync(join(folder, name))));
		expect(await cached.encode('a dog')).toEqual(made);
		expect(asked).toHaveLength(2);
	});

	it('are dropped when there are too many, least recently used first', async () => {
		const { encoder, asked } = counted();
		const cached = cachedOnDisk(encoder, options({ maxBytes: 3.5 * FILE_BYTES }));
		const age = (minutes: number) => {
			for (const name of readdirSync(folder)) {
				const path = join(folder, name);
				utimesSync(path, new Date(Date.now() - minutes * 60_000), new Date(Date.now() - minutes * 60_000));
			}
		};
		await cached.encode('a');
		await cached.encode('bb');
		age(10);
		await cached.encode('a'); // used just now
		await cached.encode('ccc');
		await cached.encode('dddd');
		expect(readdirSync(folder)).toHaveLength(3);
		asked.length = 0;
		for (const text of ['a', 'ccc', 'dddd', 'bb']) await cached.encode(text);
		expect(asked).toEqual(['bb']);
	});

	it('work even if they cannot be written', async () => {
		const { encoder } = counted();
		const noisy = vi.spyOn(console, 'error').mockImplementation(() => {});
		writeFileSync(join(folder, 'file'), ''); // no folder can be created below a file
		const { shape } = await cachedOnDisk(encoder, options({ folder: join(folder, 'file', 'x') })).encode('a dog');
		expect(shape).toEqual([77, WIDTH]);
		expect(noisy).toHaveBeenCalledOnce();
		noisy.mockRestore();
	});
});
