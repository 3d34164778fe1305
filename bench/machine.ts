/** Describes what results depend on: the machine and the versions. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Provider } from '../gpu/device.ts';
import { queryGpu } from './nvidia.ts';

/** What figures may be compared within: the processor and its threads, or the GPU. */
export function machineType(threads: number, provider: Provider): string {
	const gpu = provider === 'cpu' ? undefined : queryGpu('name');
	return gpu ?? `${processor()}, ${threads} threads`;
}

const processor = () => cpus()[0]?.model.trim() || 'unknown CPU';

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
