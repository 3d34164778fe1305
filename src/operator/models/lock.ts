/** One command at a time changes the models of a data directory. */
import { join } from 'node:path';
import { UserError } from '../../../gpu/jobs/index.ts';
import { ownModels } from '../../../gpu/models/directories.ts';
import { lockFile } from '../../../gpu/queue/lock-file.ts';
import { reason } from '../../base/explain.ts';

/** @returns a function that releases the lock. @throws {UserError} while another command has it, or if it cannot be taken */
export function lockModels(dataDir: string): () => void {
	let release: (() => void) | undefined;
	try {
		release = lockFile(join(ownModels(dataDir), '.lock'));
	} catch (error) {
		throw new UserError(
			`DATA_DIR cannot be used (${reason(error)}); set it to a folder that this user may write into, with room in it.`,
			{ cause: error },
		);
	}
	if (release) return release;
	throw new UserError('Another models pull, verify or remove is under way in this data directory; let it end first.');
}
