import {
	copyFileSync,
	cpSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUNDLED } from '../../../gpu/models/bundled.ts';
import { ModelLibrary } from '../../../gpu/models/library.ts';
import { fileRevision } from '../../../gpu/models/revision.ts';
import { readSafetensors } from '../../../gpu/models/safetensors.ts';

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

	/** Changes all values of one tensor. */
	async function change(path: string, name: string): Promise<void> {
		const tensor = (await readSafetensors(path)).get(name);
		if (!tensor) throw new Error(`${path} has no ${name}`);
		const bytes = readFileSync(path);
		for (let i = 0; i < tensor.length; i++) bytes[tensor.offset + i] ^= 1;
		writeFileSync(path, bytes);
	}

	test('a copy on another machine has the same', async () => {
		expect(await revisionIn(copied())).toBe(await revisionIn(bundled));
	});

	test.each([
		['unet/diffusion_pytorch_model.safetensors', 'mid_block.attentions.0.to_q.weight'],
		['unet/diffusion_pytorch_model.safetensors', 'conv_norm_out.bias'],
		['text_encoder/model.safetensors', 'encoder.layer.3.output.LayerNorm.weight'],
	])('one with another tensor in %s, %s, has another', async (path, name) => {
		const copy = copied();
		await change(join(copy, path), name);
		expect(await revisionIn(copy)).not.toBe(await revisionIn(bundled));
	});

	test('one whose weights have another name and an index has another if they change', async () => {
		const copy = copied();
		const [file, renamed] = ['model', 'weights'].map((name) => join(copy, `text_encoder/${name}.safetensors`));
		renameSync(file, renamed);
		const names = [...(await readSafetensors(renamed)).keys()];
		const index = { weight_map: Object.fromEntries(names.map((name) => [name, 'weights.safetensors'])) };
		writeFileSync(join(copy, 'text_encoder/model.safetensors.index.json'), JSON.stringify(index));
		expect(await revisionIn(copy)).toBe(await revisionIn(bundled));
		await change(renamed, 'encoder.layer.3.output.LayerNorm.weight');
		expect(await revisionIn(copy)).not.toBe(await revisionIn(bundled));
	});

	test('one with its weights in both precisions has another if either changes', async () => {
		const copy = copied();
		const [full, half] = ['', '.fp16'].map((end) => join(copy, `unet/diffusion_pytorch_model${end}.safetensors`));
		copyFileSync(full, half);
		const revisions = [await revisionIn(copy)];
		for (const file of [full, half]) {
			await change(file, 'conv_norm_out.bias');
			revisions.push(await revisionIn(copy));
		}
		expect(new Set(revisions).size).toBe(3);
	});

	test('one with other words in its tokenizer has another, and one with more files there the same', async () => {
		const copy = copied();
		writeFileSync(join(copy, 'tokenizer/special_tokens_map.json'), '{}');
		expect(await revisionIn(copy)).toBe(await revisionIn(bundled));
		const words = join(copy, 'tokenizer/tokenizer.json');
		writeFileSync(words, readFileSync(words, 'utf8').replace('"lion"', '"lioness"'));
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
