/**
 * One training at a time in a data directory, over all processes that work with it.
 *
 * Two locks, as a training is two processes. The one that starts it holds the lock of the data directory, and whoever finds
 * that taken is refused. The training process holds the lock of its run and outlives a starter that was killed by the step it
 * is at: whoever finds that taken waits.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFolder } from '../training/runs.ts';
import { isLocked, lockFile } from './lock-file.ts';

const LOCK = 'training.lock';

/** Between looks at a lock that is taken. */
const LOOK_MS = 200;

/** @returns how to give it back; undefined when another process, or another runner of this one, has a training running */
export const lockTrainings = (dataDir: string) => lockFile(join(dataDir, 'mnist', LOCK));

/** Takes the lock of a run as soon as it is free; undefined when the signal is aborted first. */
export async function lockRun(dataDir: string, id: string, signal: AbortSignal): Promise<(() => void) | undefined> {
	while (!signal.aborted) {
		const release = lockFile(join(runFolder(dataDir, id), LOCK));
		if (release) return release;
		await sleep(LOOK_MS, undefined, { signal }).catch(() => {}); // aborted
	}
	return undefined;
}

/** Whether a training process, of whomever, has that run. */
export function isTrained(dataDir: string, id: string): boolean {
	return isLocked(join(runFolder(dataDir, id), LOCK));
}
