import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import { readSafetensors } from '../../../gpu/models/safetensors.ts';
import { openWeightFiles } from '../../../gpu/models/weight-files.ts';
import { saveTensors } from './safetensors-files.ts';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const two = new Map([
	['a', { dtype: 'F32', shape: [2, 3], bytes: new Uint8Array(24) }],
	['b', { dtype: 'BF16', shape: [5], bytes: new Uint8Array(10) }],
]);

/** Writes a file with this header (an object or raw text), followed by `dataBytes` bytes. */
function fileWith(header: object | string, dataBytes: number): string {
	const path = join(folder, 'model.safetensors');
	const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(text.length));
	writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(dataBytes)]));
	return path;
}

describe('readSafetensors', () => {
	test('reads type, shape and position of every tensor', async () => {
		const path = join(folder, 'two.safetensors');
		saveTensors(path, two, { misalign: 5 });
		const tensors = await readSafetensors(path);
		const start = readFileSync(path).length - 34;
		expect(tensors.get('a')).toMatchObject({ dtype: 'float32', shape: [2, 3], offset: start, length: 24 });
		expect(tensors.get('b')).toMatchObject({ dtype: 'bfloat16', shape: [5], offset: start + 24, length: 10 });
		expect(start % 8).toBe(5);
	});

	test('names file and tensor if the data is cut off', async () => {
		const path = join(folder, 'cut.safetensors');
		saveTensors(path, two);
		writeFileSync(path, readFileSync(path).subarray(0, -1));
		await expect(readSafetensors(path)).rejects.toThrow(
			new ModelError(`${path}: tensor "b": ends at byte 34 of 33; the file is cut off, download it again`),
		);
	});

	test('names the file if the header is cut off', async () => {
		const path = join(folder, 'short.safetensors');
		saveTensors(path, two);
		writeFileSync(path, readFileSync(path).subarray(0, 40));
		await expect(readSafetensors(path)).rejects.toThrow(
			`${path}: not a safetensors file, or cut off inside its header`,
		);
	});

	test.each<[string, object | string, string]>([
		['no JSON', '{"a": ', 'the header is damaged (not JSON)'],
		['no object', '"hello"', 'the header is damaged (not an object)'],
		['an unknown type', { a: { dtype: 'F4', shape: [2], data_offsets: [0, 1] } }, 'tensor "a": unknown dtype "F4"'],
		[
			'a size that is not the shape',
			{ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } },
			'tensor "a": F32 [2] takes 8 bytes, the header says 4',
		],
		[
			'a negative offset',
			{ a: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } },
			'tensor "a": the header entry is damaged',
		],
		[
			'a type that every object has',
			{ a: { dtype: 'constructor', shape: [2], data_offsets: [0, 8] } },
			'tensor "a": unknown dtype "constructor"',
		],
		[
			'tensors that overlap',
			{ b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] }, a: { dtype: 'U8', shape: [6], data_offsets: [0, 6] } },
			'tensor "b": starts at byte 4, but the tensors before it end at 6',
		],
		[
			'a hole between tensors',
			{ b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] }, a: { dtype: 'U8', shape: [3], data_offsets: [0, 3] } },
			'tensor "b": starts at byte 4, but the tensors before it end at 3',
		],
		[
			'a hole before the first tensor',
			{ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } },
			'tensor "a": starts at byte 4, but the tensors before it end at 0',
		],
		[
			'bytes behind the last tensor',
			{ b: { dtype: 'U8', shape: [2], data_offsets: [4, 6] }, a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } },
			'tensor "b": is the last and ends at byte 6 of 8',
		],
		['no shape', { a: { dtype: 'F32', data_offsets: [0, 4] } }, 'tensor "a": the header entry is damaged'],
	])('refuses %s', async (_, header, message) => {
		const path = fileWith(header, 8);
		await expect(readSafetensors(path)).rejects.toThrow(ModelError);
		await expect(readSafetensors(path)).rejects.toThrow(`${path}: ${message}`);
	});

	test('reads tensors in any order, including empty ones', async () => {
		const header = {
			last: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
			none: { dtype: 'F32', shape: [0, 3], data_offsets: [4, 4] },
			first: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
		};
		expect((await readSafetensors(fileWith(header, 8))).size).toBe(3);
	});

	test('refuses a folder with the name of a file', async () => {
		const path = mkdtempSync(join(folder, 'folder.safetensors'));
		await expect(readSafetensors(path)).rejects.toThrow(
			new ModelError(`${path}: is not a file; put the right one in its place`),
		);
	});

	test('refuses files of another kind', async () => {
		const path = join(folder, 'text.safetensors');
		writeFileSync(path, 'version https://git-lfs.github.com/spec/v1');
		await expect(readSafetensors(path)).rejects.toThrow(
			`${path}: is only git's pointer to the file; run "git lfs pull"`,
		);
		writeFileSync(path, '');
		await expect(readSafetensors(path)).rejects.toThrow(`${path}: not a safetensors file`);
		await expect(readSafetensors(join(folder, 'nowhere.safetensors'))).rejects.toThrow('is missing; download it');
	});

	test.runIf(process.platform !== 'win32')('does not wait for a pipe without a writer', async () => {
		const path = join(folder, 'pipe.safetensors');
		execFileSync('mkfifo', [path]);
		await expect(readSafetensors(path)).rejects.toThrow(
			new ModelError(`${path}: is not a file; put the right one in its place`),
		);
	});

	test('shortens long names in its messages', async () => {
		const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 8] };
		const path = fileWith({ ['x'.repeat(1e6)]: entry }, 8);
		const error = await readSafetensors(path).catch((caught: Error) => caught);
		expect(error).toBeInstanceOf(ModelError);
		expect((error as Error).message.length).toBeLessThan(400);
	});

	test('refuses a header that is nested too deeply', async () => {
		const deep = `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
		await expect(readSafetensors(fileWith(deep, 0))).rejects.toThrow(ModelError);
	});
});

describe('openWeightFiles', () => {
	test('opens the wanted precision, or the other if it is the only one', async () => {
		const unet = mkdtempSync(join(folder, 'unet-'));
		saveTensors(join(unet, 'diffusion_pytorch_model.fp16.safetensors'), new Map([['half', two.get('b')!]]));
		expect([...(await openWeightFiles(unet, 'full')).tensors.keys()]).toEqual(['half']);
		saveTensors(join(unet, 'diffusion_pytorch_model.safetensors'), new Map([['full', two.get('a')!]]));
		expect([...(await openWeightFiles(unet, 'full')).tensors.keys()]).toEqual(['full']);
		expect([...(await openWeightFiles(unet, 'half')).tensors.keys()]).toEqual(['half']);
	});

	test.each(['model.safetensors.index.fp16.json', 'model.fp16.safetensors.index.json'])('reads %s', async (index) => {
		const encoder = mkdtempSync(join(folder, 'text-'));
		saveTensors(join(encoder, 'model.fp16-00001-of-00001.safetensors'), two);
		const map = { a: 'model.fp16-00001-of-00001.safetensors', b: 'model.fp16-00001-of-00001.safetensors' };
		writeFileSync(join(encoder, index), JSON.stringify({ weight_map: map }));
		expect((await openWeightFiles(encoder, 'half')).tensors.size).toBe(2);
	});

	test('names tensor and shard if the shard lacks a tensor of the index', async () => {
		const unet = mkdtempSync(join(folder, 'lacking-'));
		saveTensors(join(unet, 'one.safetensors'), new Map([['a', two.get('a')!]]));
		saveTensors(join(unet, 'other.safetensors'), new Map([['b', two.get('b')!]]));
		const map = { a: 'one.safetensors', b: 'one.safetensors', c: 'other.safetensors' };
		writeFileSync(join(unet, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
		await expect(openWeightFiles(unet, 'full')).rejects.toThrow(
			new ModelError(
				`${join(unet, 'one.safetensors')}: lacks tensor "b", which the index places there; download both again`,
			),
		);
	});

	test('refuses an index that points outside its folder, and tensors in two shards', async () => {
		const unet = mkdtempSync(join(folder, 'bad-'));
		const index = join(unet, 'model.safetensors.index.json');
		writeFileSync(index, JSON.stringify({ weight_map: { a: '../two.safetensors' } }));
		await expect(openWeightFiles(unet, 'full')).rejects.toThrow(`${index}: "weight_map" must map every tensor`);
		for (const shard of ['one', 'other']) saveTensors(join(unet, `${shard}.safetensors`), two);
		writeFileSync(index, JSON.stringify({ weight_map: { a: 'one.safetensors', b: 'other.safetensors' } }));
		await expect(openWeightFiles(unet, 'full')).rejects.toThrow(
			'other.safetensors: tensor "a" is in another shard too',
		);
	});
});
