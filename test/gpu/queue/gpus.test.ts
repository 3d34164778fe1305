import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookForGpus, runtimeFolder, worthTesting } from '../../../gpu/queue/gpus.ts';

let root: string;
beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'flipside-root-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(...files: string[]) {
	for (const file of files) {
		await mkdir(dirname(join(root, file)), { recursive: true });
		await writeFile(join(root, file), '');
	}
}

test('ONNX Runtime’s libraries are where they are looked for', () => {
	expect(existsSync(runtimeFolder())).toBe(true);
});

test('a Linux machine without a GPU has none to test', () => {
	expect(worthTesting(lookForGpus('linux', root))).toEqual([]);
});

test.each(['darwin', 'win32'] as const)('%s always has one for WebGPU', (platform) => {
	expect(worthTesting(lookForGpus(platform, root))).toEqual([['webgpu']]);
});

test('a GPU of another make is one for WebGPU', async () => {
	await put('dev/dri/renderD128', 'dev/dri/card0');
	expect(worthTesting(lookForGpus('linux', root))).toEqual([['webgpu']]);
	await rm(join(root, 'dev/dri/renderD128'));
	expect(worthTesting(lookForGpus('linux', root))).toEqual([]);
});

test.each(['dev/nvidiactl', 'usr/lib/wsl/lib/libcuda.so'])(
	'%s shows an NVIDIA GPU, for CUDA with its library',
	async (file) => {
		await put(file);
		const seen = lookForGpus('linux', root);
		expect(seen.nvidia).toBe(true);
		expect(worthTesting({ ...seen, cuda: { path: '', exists: true } })).toEqual([['cuda'], ['webgpu']]);
		expect(worthTesting({ ...seen, cuda: { path: '', exists: false } })).toEqual([['webgpu']]);
	},
);

test('another driver shows in the fingerprint', async () => {
	await put('proc/driver/nvidia/version');
	const before = lookForGpus('linux', root).fingerprint;
	await writeFile(join(root, 'proc/driver/nvidia/version'), '580.65.06');
	expect(lookForGpus('linux', root).fingerprint).not.toBe(before);
});
