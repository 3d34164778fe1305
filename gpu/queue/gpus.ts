/** Which GPUs there may be, by their drivers' and libraries' files alone: nothing is loaded, so a machine without one loses no time. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import type { DeviceName } from '../device.ts';
import { alikeGpus } from './nvidia-gpus.ts';

/** The package's own description, in its folder. */
const runtimePackage = (): string => createRequire(import.meta.url).resolve('onnxruntime-node/package.json');

/** ONNX Runtime's folder of native libraries for this platform. */
export function runtimeFolder({ platform, arch } = process): string {
	const bin = join(dirname(runtimePackage()), 'bin');
	const [napi = 'napi-v6'] = existsSync(bin) ? readdirSync(bin).filter((name) => name.startsWith('napi-')) : [];
	return join(bin, napi, platform, arch);
}

/** Of onnxruntime-node: "1.30.0". */
export const runtimeVersion = (): string => JSON.parse(readFileSync(runtimePackage(), 'utf8')).version;

/** The files of ONNX Runtime for NVIDIA's GPUs, which its npm package leaves out: what computes, and what loads that. */
export function cudaFiles(platform: NodeJS.Platform = process.platform): readonly [string, string] {
	return platform === 'win32'
		? ['onnxruntime_providers_cuda.dll', 'onnxruntime_providers_shared.dll']
		: ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];
}

/** Whether a folder has both. */
export const hasCuda = (folder: string, platform?: NodeJS.Platform): boolean =>
	cudaFiles(platform).every((file) => existsSync(join(folder, file)));

/** What a machine shows of its GPUs. */
export interface GpusSeen {
	/** An NVIDIA GPU with its driver. */
	readonly nvidia: boolean;
	/** Where ONNX Runtime's CUDA library would be, and whether it is there with what loads it. */
	readonly cuda: { readonly path: string; readonly exists: boolean };
	/** The numbers of the NVIDIA GPUs that are like the first, if there are several. */
	readonly alike: readonly number[];
	/** The driver's version, "580.65.06", where the system tells it. */
	readonly driver?: string;
	/** A GPU of any make that WebGPU might use. */
	readonly any: boolean;
	/** Changes with the drivers and libraries, so that a former test no longer counts. */
	readonly fingerprint: string;
}

/** @param root for tests: the folder that stands for / */
export function lookForGpus(platform: NodeJS.Platform = process.platform, root = '/'): GpusSeen {
	const at = (...path: string[]) => join(root, ...path);
	const folder = runtimeFolder();
	const path = join(folder, cudaFiles(platform)[0]);
	const nvidia = NVIDIA_FILES.some((file) => existsSync(at(file)));
	// Every Mac and every desktop Windows has a GPU. Elsewhere the kernel lists them; without one WebGPU would be software.
	const any = nvidia || ['darwin', 'win32'].includes(platform) || renderNodes(at('dev/dri')).length > 0;
	const driver = readIfThere(at('proc/driver/nvidia/version'));
	const alike = alikeGpus(root);
	const fingerprint = [
		process.version,
		runtimeVersion(),
		release(),
		driver,
		...renderNodes(at('dev/dri')),
		alike.join(),
		changed(path),
	].join('\n');
	const [, version] = /Kernel Module\s.*?\s(\d+(?:\.\d+)+)\s/.exec(driver) ?? [];
	return {
		nvidia,
		cuda: { path, exists: hasCuda(folder, platform) },
		alike,
		...(version && { driver: version }),
		any,
		fingerprint,
	};
}

/** Files of NVIDIA's driver: on Linux, in WSL, and on Windows. */
const NVIDIA_FILES = [
	'dev/nvidiactl',
	'proc/driver/nvidia/version',
	'usr/lib/wsl/lib/libcuda.so',
	'Windows/System32/nvcuda.dll',
];

/** Linux has one for every GPU that can compute. */
function renderNodes(folder: string): string[] {
	return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('renderD')) : [];
}

function readIfThere(file: string): string {
	return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function changed(file: string): string {
	if (!existsSync(file)) return '';
	const { size, mtimeMs } = statSync(file);
	return `${size} ${mtimeMs}`;
}

/** The GPUs that are worth a test, best first; of several that are alike, a test of the first speaks for all. */
export function worthTesting({ cuda, nvidia, alike, any }: GpusSeen): DeviceName[][] {
	const gpus: DeviceName[][] = [];
	if (nvidia && cuda.exists) gpus.push(alike.length > 1 ? alike.map((id) => `cuda:${id}` as const) : ['cuda']);
	if (any) gpus.push(['webgpu']);
	return gpus;
}
