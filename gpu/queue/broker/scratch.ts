/** Where a worker trains: in a folder for each training, a data directory with that run alone, which goes when it ends. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const scratchFolder = (dataDir: string) => join(dataDir, 'trainings');

/** The folders of killed workers' trainings: those in which nothing has been written since `time`, in milliseconds since 1970. */
export async function abandonedScratch(dataDir: string, time: number): Promise<readonly string[]> {
	const folders = (await namesIn(scratchFolder(dataDir))).map((name) => join(scratchFolder(dataDir), name));
	const abandoned: string[] = [];
	for (const folder of folders) {
		const runs = (await namesIn(join(folder, 'mnist'))).map((run) => join(folder, 'mnist', run));
		const times = await Promise.all([folder, ...runs].map((path) => stat(path).catch(() => undefined)));
		if (times.every((found) => !found || found.mtimeMs < time)) abandoned.push(folder);
	}
	return abandoned;
}

const namesIn = (folder: string) => readdir(folder).catch(() => []);
