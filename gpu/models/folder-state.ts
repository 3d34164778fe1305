/** Tells whether files have changed, without reading gigabytes. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * A string that changes when a file below `folder` changes, by name, size or time. Links are followed: in the hub's cache all
 * files are links, and their targets are what changes.
 */
export async function stateOf(folder: string): Promise<string> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const states = entries.map(async ({ parentPath, name }) => {
		const path = join(parentPath, name);
		const found = await stat(path).catch(() => undefined); // a broken link
		return found?.isFile() ? [`${relative(folder, path)} ${found.size} ${found.mtimeMs}`] : [];
	});
	const lines = (await Promise.all(states)).flat().sort().join('\n');
	return createHash('sha256').update(lines).digest('hex').slice(0, 12);
}

/** The same for a model directory's text encoder and tokenizer. */
export async function encoderState(directory: string): Promise<string> {
	const states = ['text_encoder', 'tokenizer'].map((part) => stateOf(join(directory, part)).catch(() => 'missing'));
	return (await Promise.all(states)).join();
}
