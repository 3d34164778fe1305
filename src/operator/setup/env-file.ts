/** Reads .env, and writes new values into it without changing any other line. */
import { randomUUID } from 'node:crypto';
import { access, constants, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../../gpu/jobs/index.ts';

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

/**
 * Reads a file that is to be written later.
 *
 * @returns undefined if the file does not exist
 * @throws {UserError} when it cannot be read, or not be written
 */
export async function readText(file: string): Promise<string | undefined> {
	try {
		await access(dirname(await realpath(file).catch(() => file)), constants.W_OK);
		return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') return undefined;
			throw error;
		});
	} catch (error) {
		const { message } = error as Error;
		throw new UserError(`${file} cannot be used: ${message}; make it a file that this user may read and write.`);
	}
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
