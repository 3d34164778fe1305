/** The libraries that ONNX Runtime needs for an NVIDIA GPU, and where this machine has them. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { nvidiaFolder } from '../../../gpu/queue/nvidia-folder.ts';

/** A library and the project of the Python package index whose wheels hold it. */
export interface Library {
	readonly file: string;
	readonly project: string;
	/** The project's releases that hold this version of the library start with it. */
	readonly major: number;
}

/** What ONNX Runtime's CUDA library is linked against, and what it loads when it needs it. Source: readelf -d of 1.30.0. */
export const NVIDIA: readonly Library[] = [
	{ file: 'libcudart.so.13', project: 'nvidia-cuda-runtime', major: 13 },
	{ file: 'libcublas.so.13', project: 'nvidia-cublas', major: 13 },
	{ file: 'libcurand.so.10', project: 'nvidia-curand', major: 10 },
	{ file: 'libcufft.so.12', project: 'nvidia-cufft', major: 12 },
	{ file: 'libcudnn.so.9', project: 'nvidia-cudnn-cu13', major: 9 },
	{ file: 'libnvrtc.so.13', project: 'nvidia-cuda-nvrtc', major: 13 },
	{ file: 'libnvJitLink.so.13', project: 'nvidia-nvjitlink', major: 13 },
];

/**
 * The path of each library that the dynamic linker would find; undefined if it would not.
 *
 * @param linker for tests: what `ldconfig -p` prints
 */
export function findLibraries(
	dataDir: string,
	env: NodeJS.ProcessEnv = process.env,
	linker: () => string = askLinker,
): ReadonlyMap<Library, string | undefined> {
	const folders = [nvidiaFolder(dataDir), ...(env.LD_LIBRARY_PATH ?? '').split(delimiter).filter(Boolean)];
	const known = linker();
	return new Map(
		NVIDIA.map((library) => {
			const own = folders.map((folder) => join(folder, library.file)).find((path) => existsSync(path));
			return [library, own ?? pathIn(known, library.file)] as const;
		}),
	);
}

/** A line is "	libcudart.so.13 (libc6,x86-64) => /usr/lib/libcudart.so.13". */
function pathIn(listing: string, file: string): string | undefined {
	const line = listing.split('\n').find((each) => each.trim().startsWith(`${file} `));
	return line?.split(' => ')[1]?.trim();
}

function askLinker(): string {
	try {
		return execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	} catch {
		return ''; // musl has none
	}
}
