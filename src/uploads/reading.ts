/** The readers of this process. They start when the first file comes. */
import { Readers } from './readers.ts';

/** As long as a class that works on pictures pauses between two of them: a start takes as long as a phone's photo, half a second. */
const IDLE_MS = 600_000;

/** For files that are here: each keeps a core busy. */
export const decoders = new Readers({
	processes: 2,
	questionsEach: 1,
	maxWaiting: 16,
	limitMs: 30_000,
	memory: 1024,
	idleMs: IDLE_MS,
});

/** For what has a web address: one process waits for many servers. */
export const fetchers = new Readers({
	processes: 1,
	questionsEach: 8,
	maxWaiting: 16,
	limitMs: 15_000,
	memory: 512,
	idleMs: IDLE_MS,
});
