import { ModelError } from '../errors.ts';
import { readSmallFile } from './files.ts';

/** The content of a JSON file of a model directory. Throws a ModelError that names the file. */
export async function readJson(path: string): Promise<unknown> {
	const bytes = await readSmallFile(path);
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch (cause) {
		throw new ModelError(`${path}: is not JSON; download it again`, { cause });
	}
}
