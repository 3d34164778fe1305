/** This process's readers, which start when the first file arrives. */
import { Readers } from './readers.ts';

/** As long as a class pauses between two pictures: starting a reader takes half a second, as long as reading a phone's photo. */
const IDLE_MS = 600_000;

/** For files already received; each keeps a core busy. */
export const decoders = new Readers({
	processes: 2,
	questionsEach: 1,
	maxWaiting: 16,
	limitMs: 30_000,
	memory: 1024,
	idleMs: IDLE_MS,
});

/** For web addresses; one process can wait for many servers. */
export const fetchers = new Readers({
	processes: 1,
	questionsEach: 8,
	maxWaiting: 16,
	limitMs: 15_000,
	memory: 512,
	idleMs: IDLE_MS,
});
