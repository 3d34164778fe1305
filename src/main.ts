/**
 * Entry of the bot. Exit status: 0 it was told to end, 1 something of ours failed, 2 something about the configuration or the
 * machine has to be mended first.
 *
 * Everything else is loaded below, so that from the first moment it can be told to end, and can say why it does not start.
 */
import { endOnSignals } from './ending.ts';

// What the bot and its children write is for this user alone.
process.umask(0o077);
endOnSignals();

import('./start.ts')
	.then(({ start }) => start())
	.catch((error: unknown) => {
		const code = String((error as { code?: unknown }).code);
		if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
		console.error('Too few files may be open at once; allow at least 256, with ulimit -n.');
		process.exit(2);
	});
