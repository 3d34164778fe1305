/** Whether files are still the same, without reading gigabytes. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Another text once a file below `folder` is another one, by names, sizes and times. Links are followed: in the cache of a hub
 * all files are links, and what they lead to is what changes.
 */
export async function revisionOf(folder: string): Promise<string> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const states = entries.map(async ({ parentPath, name }) => {
		const path = join(parentPath, name);
		const found = await stat(path).catch(() => undefined); // a link that leads nowhere
		return found?.isFile() ? [`${relative(folder, path)} ${found.size} ${found.mtimeMs}`] : [];
	});
	const lines = (await Promise.all(states)).flat().sort().join('\n');
	return createHash('sha256').update(lines).digest('hex').slice(0, 12);
}
