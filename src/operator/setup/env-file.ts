/** Reads .env, and writes new values into it without changing any other line. */
import { randomUUID } from 'node:crypto';
import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';

/** @returns the text with these values, each in its variable's line, or at the end if it has none */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
	const newline = text.includes('\r\n') ? '\r\n' : '\n';
	return Object.entries(values).reduce((before, [name, value]) => {
		// Only the last of several lines counts, but an old token should not stay in any of them.
		const lines = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[^\\r\\n]*`, 'gm');
		const after = before.replace(lines, () => `${name}=${value}`);
		if (lines.test(before)) return after;
		return `${before}${before === '' || before.endsWith('\n') ? '' : newline}${name}=${value}${newline}`;
	}, text);
}

/** @returns undefined if the file does not exist */
export async function readText(file: string): Promise<string | undefined> {
	return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
}

/** Writes the file whole or not at all, readable only by its owner. Follows a link. */
export async function writePrivate(file: string, text: string): Promise<void> {
	const target = await realpath(file).catch(() => file);
	const unfinished = `${target}.${randomUUID()}`;
	try {
		await writeFile(unfinished, text, { mode: 0o600, flag: 'wx' });
		await rename(unfinished, target);
	} finally {
		await rm(unfinished, { force: true });
	}
}
