/**
 * Entry of the bot. Exit status: 0 it was told to end, 1 something of ours failed, 2 something about the configuration or the
 * machine has to be mended first.
 *
 * Everything else is loaded below, so that from the first moment it can be told to end, and can say why it does not start.
 */
import { readFileSync } from 'node:fs';
import { endOnSignals } from './ending.ts';

/** With fewer the bot cannot load all of its program, or fails when people come. */
const FEW_FILES = 128;

// What the bot and its children write is for this user alone.
process.umask(0o077);
endOnSignals();

if (openFiles() < FEW_FILES) refuseFewFiles();

import('./start.ts')
	.then(({ start }) => start())
	.catch((error: unknown) => {
		const { code } = error as { code?: unknown };
		if (code === 'EMFILE' || code === 'ENFILE') refuseFewFiles();
		throw error;
	});

/** How many this process may have open at once, where the system says so. */
function openFiles(): number {
	try {
		return Number(
			/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY,
		);
	} catch {
		return Number.POSITIVE_INFINITY;
	}
}

function refuseFewFiles(): never {
	console.error('Too few files may be open at once; allow at least 256, with ulimit -n.');
	process.exit(2);
}
