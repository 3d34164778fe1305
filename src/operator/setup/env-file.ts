/** The file of settings: read, and written so that every line of it that was not meant stays as it was. */
import { randomUUID } from 'node:crypto';
import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';

/** @returns the text with these values, each in the place of its variable, or at the end where it had none */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
	const newline = text.includes('\r\n') ? '\r\n' : '\n';
	return Object.entries(values).reduce((before, [name, value]) => {
		// Of several lines the last one counts; a token that was replaced should stand in none.
		const lines = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[^\\r\\n]*`, 'gm');
		const after = before.replace(lines, () => `${name}=${value}`);
		if (lines.test(before)) return after;
		return `${before}${before === '' || before.endsWith('\n') ? '' : newline}${name}=${value}${newline}`;
	}, text);
}

/** @returns undefined when there is no such file */
export async function readText(file: string): Promise<string | undefined> {
	return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
}

/** Writes the file for its owner's eyes alone: whole or not at all, and through a link where it is one. */
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
