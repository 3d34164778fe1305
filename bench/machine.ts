/** Describes what results depend on: the machine and the versions. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Provider } from '../gpu/device.ts';
import { queryGpu } from './nvidia.ts';

/** What figures may be compared within: the processor, its vectors and its threads, or the GPU. */
export function machineType(threads: number, provider: Provider): string {
	const gpu = provider === 'cpu' ? undefined : queryGpu('name');
	return gpu ?? `${processor()}, ${threads} threads`;
}

/** A virtual machine may call every generation "AMD EPYC"; what sets them apart for a network are their vectors. */
function processor(): string {
	const model = cpus()[0]?.model.trim() || 'unknown CPU';
	const vectors = vectorsOf(cpuFlags());
	return vectors ? `${model} (${vectors})` : model;
}

/** What Linux calls the widest vectors of a processor, and what people do; the best first. */
const VECTORS = [
	['amx_tile', 'AMX'],
	['avx512_bf16', 'AVX-512, bf16'],
	['avx512f', 'AVX-512'],
	['avx2', 'AVX2'],
] as const;

/** @param flags as in /proc/cpuinfo */
export function vectorsOf(flags: string): string | undefined {
	const known = new Set(flags.split(' '));
	return VECTORS.find(([flag]) => known.has(flag))?.[1];
}

/** Empty where there is no /proc. */
function cpuFlags(): string {
	const info = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
	return /^flags\s*:(.*)$/m.exec(info)?.[1].trim() ?? '';
}

export function describeMachine(threads: number): string {
	const gibibytes = (totalmem() / 2 ** 30).toFixed(1);
	const gpu = queryGpu('name');
	return [
		`${processor()}, ${availableParallelism()} cores, ${gibibytes} GiB, ${platform()} ${arch()}, ${threads} threads.`,
		...(gpu ? [`${gpu}, driver ${queryGpu('driver_version')}.`] : []),
		`Node ${process.versions.node}, onnxruntime-node ${versionOf('onnxruntime-node')}, sharp ${versionOf('sharp')}.`,
		`Load average at the start: ${loadavg()[0].toFixed(2)}.`,
	].join(' ');
}

/** Reads the file, because not every package exports its package.json. */
function versionOf(name: string): string {
	const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
	const file = folders.map((folder) => join(folder, name, 'package.json')).find((path) => existsSync(path));
	return file ? JSON.parse(readFileSync(file, 'utf8')).version : 'unknown';
}
