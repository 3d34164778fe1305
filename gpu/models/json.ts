/** Reads the JSON files of model directories. */
import { ModelError } from '../errors.ts';
import { readSmallFile } from './files.ts';

/** Configurations have a few kilobytes, and an index of shards a few hundred; deep nesting takes seconds to read. */
const MAX_BYTES = 1e6;

/** The content of a model directory's JSON file. Throws a ModelError that names the file. */
export async function readJson(path: string, maxBytes = MAX_BYTES): Promise<unknown> {
	const bytes = await readSmallFile(path, maxBytes);
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch (cause) {
		throw new ModelError(`${path}: is not JSON; download it again`, { cause });
	}
}
