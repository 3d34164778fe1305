/**
 * Runs the training step on WebGPU, with its state in the GPU's memory. The GPU is the software one of Debian's Chromium
 * (SwiftShader), which is slow but runs the same shaders.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The folder of Debian's chromium package with libvulkan.so.1 and the driver. */
const CHROMIUM = '/usr/lib/chromium';
const DRIVER = join(CHROMIUM, 'libvk_swiftshader.so');
const PROGRAM = fileURLToPath(new URL('train-golden.ts', import.meta.url));
const STEPS = 3;

interface Trained {
	readonly losses: readonly number[];
	readonly steps: number;
	/** Parameters, moments, statistics and average, by name. */
	readonly state: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'flipside-webgpu-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs in a process of its own, because a driver is looked up when a process starts. */
async function trainOn(provider: 'cpu' | 'webgpu'): Promise<Trained> {
	const description = join(folder, 'driver.json');
	const driver = { file_format_version: '1.0.0', ICD: { library_path: DRIVER, api_version: '1.0.5' } };
	await writeFile(description, JSON.stringify(driver));
	const env = { ...process.env, LD_LIBRARY_PATH: CHROMIUM, VK_DRIVER_FILES: description, XDG_RUNTIME_DIR: folder };
	const args = ['--import', 'tsx', PROGRAM, provider, String(STEPS)];
	const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 26 });
	return JSON.parse(stdout);
}

test.skipIf(!existsSync(DRIVER))('WebGPU learns the same as the CPU', async () => {
	const [onCpu, onGpu] = [await trainOn('cpu'), await trainOn('webgpu')];
	expect(onGpu.steps).toBe(STEPS);
	expect(onGpu.losses).toHaveLength(STEPS);
	for (const [i, loss] of onGpu.losses.entries()) expect(Math.abs(loss / onCpu.losses[i] - 1)).toBeLessThan(1e-5);
	expect(Object.keys(onGpu.state)).toEqual(Object.keys(onCpu.state));
	for (const [part, tensors] of Object.entries(onCpu.state)) {
		for (const [name, values] of Object.entries(tensors)) {
			const differences = values.map((value, i) => Math.abs(value - onGpu.state[part][name][i]));
			expect(Math.max(...differences), `${part}, ${name}`).toBeLessThan(5e-6);
		}
	}
});
