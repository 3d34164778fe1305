/** NVIDIA's libraries in the data directory, where `flipside cuda install` puts them. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const nvidiaFolder = (dataDir: string): string => join(dataDir, 'cuda', 'lib');

/** What a process that computes on the GPU needs in its environment to find them: the linker reads it when a process starts. */
export function nvidiaEnvironment(dataDir: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
	const folder = nvidiaFolder(dataDir);
	if (!existsSync(folder)) return {};
	return { LD_LIBRARY_PATH: [folder, env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter) };
}
