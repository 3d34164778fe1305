import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alikeGpus } from '../../../gpu/queue/nvidia-gpus.ts';

let root: string;
beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'flipside-root-'));
	await mkdir(join(root, 'dev'));
});
afterEach(() => rm(root, { recursive: true }));

/** Puts a GPU into a slot, as NVIDIA's driver 580 describes it. */
async function put(slot: string, model: string, minor: number, isOurs = true) {
	const folder = join(root, 'proc/driver/nvidia/gpus', slot);
	await mkdir(folder, { recursive: true });
	const text = `Model: \t\t ${model}\nIRQ:   \t\t 215\nBus Location: \t ${slot}\nDevice Minor: \t ${minor}\nGPU Excluded:\t No\n`;
	await writeFile(join(folder, 'information'), text);
	if (isOurs) await writeFile(join(root, 'dev', `nvidia${minor}`), '');
}

test('finds those that are like the first, in the order of their slots', async () => {
	await put('0000:c1:00.0', 'NVIDIA H200', 0);
	await put('0000:01:00.0', 'NVIDIA H200', 1);
	await put('0000:41:00.0', 'NVIDIA T400', 2);
	expect(alikeGpus(root, undefined)).toEqual([0, 2]);
});

test('leaves out those that a container does not have', async () => {
	await put('0000:01:00.0', 'NVIDIA H200', 0, false);
	await put('0000:41:00.0', 'NVIDIA H200', 1);
	await put('0000:c1:00.0', 'NVIDIA H200', 2);
	expect(alikeGpus(root, undefined)).toEqual([0, 1]);
});

test('finds none without a driver', () => {
	expect(alikeGpus(root, undefined)).toEqual([]);
});

test.each([
	['2,3', [0, 1]],
	['GPU-8932f937, GPU-1f22c2e4', [0, 1]],
	['0,-1,1', [0]],
	['', []],
])('takes those that CUDA_VISIBLE_DEVICES=%s names', async (chosen, numbers) => {
	await put('0000:01:00.0', 'NVIDIA H200', 0);
	expect(alikeGpus(root, chosen)).toEqual(numbers);
});
