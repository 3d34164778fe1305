/** One command at a time changes the models of a data directory. */
import { join } from 'node:path';
import { ownModels } from '../../../gpu/models/directories.ts';
import { takeLock } from '../download/take-lock.ts';

/** @returns a function that releases the lock. @throws {UserError} while another command has it, or if it cannot be taken */
export const lockModels = (dataDir: string): (() => void) =>
	takeLock(
		join(ownModels(dataDir), '.lock'),
		'Another models pull, verify or remove is under way in this data directory; let it end first.',
	);
