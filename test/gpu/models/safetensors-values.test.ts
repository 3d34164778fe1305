import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import { readSafetensors } from '../../../gpu/models/safetensors.ts';
import { encodeSafetensors, type FileValues, loadSafetensors } from '../../../gpu/models/safetensors-values.ts';

describe('a file of values', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-values-'));
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	const content = new Map<string, FileValues>([
		['a.weight', { data: Float32Array.of(1, -2, 0.1, 1e-6, 3, 70000), shape: [2, 3] }],
		['a.empty', { data: new Float32Array(), shape: [0, 4] }],
		['a.num_batches_tracked', { data: BigInt64Array.of(9n), shape: [] }],
		['a.bias', { data: Float32Array.of(0.5), shape: [1] }],
	]);

	async function written(options: Parameters<typeof encodeSafetensors>[1]): Promise<string> {
		const path = join(folder, 'x.safetensors');
		await writeFile(path, encodeSafetensors(content, options));
		return path;
	}

	it('is read back exactly, with its texts', async () => {
		const { tensors, metadata } = await loadSafetensors(await written({ metadata: { epoch: '3', who: 'Ann "é"' } }));
		expect([...tensors.keys()]).toEqual(['a.weight', 'a.empty', 'a.bias']);
		expect(tensors.get('a.weight')).toEqual(content.get('a.weight'));
		expect(tensors.get('a.empty')).toEqual(content.get('a.empty'));
		expect(metadata).toEqual({ epoch: '3', who: 'Ann "é"' });
	});

	it('keeps integers', async () => {
		const stored = await readSafetensors(await written({ dtype: 'float16' }));
		expect(stored.get('a.num_batches_tracked')).toMatchObject({ dtype: 'int64', shape: [], length: 8 });
		expect(stored.get('a.weight')).toMatchObject({ dtype: 'float16', length: 12 });
	});

	it('rounds to half precision if asked to', async () => {
		const { tensors, metadata } = await loadSafetensors(await written({ dtype: 'float16' }));
		expect([...tensors.get('a.weight')!.data]).toEqual([1, -2, 0.0999755859375, 2 ** -20 * 1.0625, 3, Infinity]);
		expect(metadata).toEqual({});
	});

	it('is named in the error if it is cut off', async () => {
		const path = join(folder, 'cut.safetensors');
		await writeFile(path, encodeSafetensors(content).subarray(0, -1));
		await expect(loadSafetensors(path)).rejects.toThrow(ModelError);
		await expect(loadSafetensors(path)).rejects.toThrow(/cut\.safetensors: tensor/);
	});

	it('cannot be written if values do not fill their shape', () => {
		const tensors = new Map([['w', { data: new Float32Array(3), shape: [2, 2] }]]);
		expect(() => encodeSafetensors(tensors)).toThrow('w has 3 values');
	});
});
