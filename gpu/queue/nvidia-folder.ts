/** NVIDIA's libraries in the data directory, where `flipside cuda install` puts them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const nvidiaFolder = (dataDir: string): string => join(dataDir, 'cuda', 'lib');

/** What a process that computes on the GPU needs in its environment to find them: the linker reads it when a process starts. */
export function nvidiaEnvironment(dataDir: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
	const folder = nvidiaFolder(dataDir);
	if (!existsSync(folder)) return {};
	return { LD_LIBRARY_PATH: [folder, env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter) };
}

/** Changes with the libraries that a process would find. */
export function fingerprintOf(dataDir: string, env: NodeJS.ProcessEnv = process.env): string {
	const folder = nvidiaFolder(dataDir);
	const names = existsSync(folder) ? readdirSync(folder).sort() : [];
	const own = names.map((name) => `${name} ${statSync(join(folder, name)).size}`);
	return [env.LD_LIBRARY_PATH ?? '', ...own].join('\n');
}
