import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUNDLED } from '../../../gpu/models/bundled.ts';
import { ModelLibrary } from '../../../gpu/models/library.ts';
import { fileRevision } from '../../../gpu/models/revision.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'flipside-revision-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('of a model', () => {
	const revisionIn = async (directory: string) => (await new ModelLibrary().summarise('emoji-if', directory)).revision;
	const bundled = join(BUNDLED, 'emoji-if');

	/** The bundled model as another machine has it: stored at another time, and without what only its makers need. */
	function copied(): string {
		const copy = join(folder, 'copy');
		cpSync(bundled, copy, { recursive: true, filter: (path) => !path.endsWith('.webp') && !path.includes('train') });
		writeFileSync(join(copy, 'README.md'), 'My copy');
		return copy;
	}

	/** Changes one byte of one of its files, at a share of its length. */
	function damage(path: string, share: number): void {
		const bytes = readFileSync(path);
		bytes[Math.floor(share * (bytes.length - 1))] ^= 1;
		writeFileSync(path, bytes);
	}

	test('a copy on another machine has the same', async () => {
		expect(await revisionIn(copied())).toBe(await revisionIn(bundled));
	});

	test.each([
		['weights', 'unet/diffusion_pytorch_model.safetensors', 1],
		['text encoder', 'text_encoder/model.safetensors', 1],
	])('one with other %s has another', async (_, path, share) => {
		const copy = copied();
		damage(join(copy, path), share);
		expect(await revisionIn(copy)).not.toBe(await revisionIn(bundled));
	});

	test('one with other settings has another, also if they change while the program runs', async () => {
		const copy = copied();
		expect(await revisionIn(copy)).toBe(await revisionIn(bundled));
		const index = join(copy, 'model_index.json');
		writeFileSync(index, readFileSync(index, 'utf8').replace(/"guidanceScale": \d+/, '"guidanceScale": 3'));
		expect(await revisionIn(copy)).not.toBe(await revisionIn(bundled));
	});
});

describe('of a file', () => {
	test('depends on its content and not on its time or name', async () => {
		const [one, other] = ['a.pt', 'b.pt'].map((name) => join(folder, name));
		for (const file of [one, other]) writeFileSync(file, 'the same');
		utimesSync(other, 1, 1);
		expect(await fileRevision(other)).toBe(await fileRevision(one));
		writeFileSync(other, 'not same');
		expect(await fileRevision(other)).not.toBe(await fileRevision(one));
	});

	test('of gigabytes also depends on its size', async () => {
		const [one, other] = ['a.safetensors', 'b.safetensors'].map((name) => join(folder, name));
		writeFileSync(one, '');
		truncateSync(one, 20 * 2 ** 30);
		writeFileSync(other, '');
		truncateSync(other, 20 * 2 ** 30 + 1);
		expect(await fileRevision(one)).not.toBe(await fileRevision(other));
	});

	test('cannot be told if it is not there', async () => {
		const missing = join(folder, 'missing.pt');
		await expect(fileRevision(missing)).rejects.toThrow(`${missing}: is missing; download it`);
	});
});
