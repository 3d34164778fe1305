/** Locks of commands that change files which others may be changing too. */
import { UserError } from '../../../gpu/jobs/index.ts';
import { lockFile } from '../../../gpu/queue/lock-file.ts';
import { reason } from '../../base/explain.ts';

/**
 * @param taken the sentence for when another process has the lock
 * @returns a function that releases it
 * @throws {UserError} with that sentence, or if the data directory cannot be used
 */
export function takeLock(file: string, taken: string): () => void {
	let release: (() => void) | undefined;
	try {
		release = lockFile(file);
	} catch (error) {
		throw new UserError(
			`DATA_DIR cannot be used (${reason(error)}); set it to a folder that this user may write into, with room in it.`,
			{ cause: error },
		);
	}
	if (release) return release;
	throw new UserError(taken);
}
