import { readFile } from 'node:fs/promises';
import { ModelError } from '../errors.ts';

/** The content of a JSON file of a model directory. Throws a ModelError that names the file. */
export async function readJson(path: string): Promise<unknown> {
	const text = await readFile(path, 'utf8').catch((cause) => {
		throw new ModelError(`${path}: cannot be read (${cause.code})`, { cause });
	});
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new ModelError(`${path}: is not JSON`, { cause });
	}
}
