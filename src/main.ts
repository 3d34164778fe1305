/**
 * Entry point of the bot. Exit status: 0 it was told to end, 1 an internal error, 2 something about the configuration or the
 * machine has to be fixed first.
 *
 * Everything else is loaded further down, so that from the first moment the bot can be told to end and can say why it does not
 * start.
 */
import { readFileSync } from 'node:fs';
import { endOnSignals } from './ending.ts';

/** With fewer open files the bot cannot load all of its code, or fails once people use it. */
const FEW_FILES = 128;

// Files that the bot and its children write are for this user alone.
process.umask(0o077);
endOnSignals();

// What the bot prints is worth less than its work; the disk that its output goes to may be full.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const [, , argument] = process.argv;
if (argument !== undefined) refuseArgument(argument);
if (openFiles() < FEW_FILES) refuseFewFiles();

import('./start.ts')
	.then(({ start }) => start())
	.catch((error: unknown) => {
		const { code } = error as { code?: unknown };
		if (code === 'EMFILE' || code === 'ENFILE') refuseFewFiles();
		throw error;
	});

/** How many files this process may have open at once; infinite if the system does not say. */
function openFiles(): number {
	try {
		return Number(
			/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY,
		);
	} catch {
		return Number.POSITIVE_INFINITY;
	}
}

function refuseArgument(argument: string): never {
	refuse(
		`The bot takes no arguments, but was given "${argument}"; commands come after "npm run -s flipside --", and settings into .env.`,
	);
}

function refuseFewFiles(): never {
	refuse('Too few files may be open at once; allow at least 256, with ulimit -n.');
}

function refuse(sentence: string): never {
	console.error(sentence);
	process.exit(2);
}
