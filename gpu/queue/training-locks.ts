/**
 * Ensures one training at a time per data directory, across all processes that use it.
 *
 * There are two locks because a training is two processes. The one that starts it holds the data directory's lock; others that
 * find it taken are refused. The training process holds its run's lock and outlives a killed starter by the step that it is
 * at; others that find that lock taken wait.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFolder } from '../training/runs.ts';
import { isLocked, lockFile } from './lock-file.ts';

const LOCK = 'training.lock';

/** The pause between checks of a lock that is taken. */
const LOOK_MS = 200;

/** @returns a function that releases it; undefined if another process, or another runner in this one, has a training running */
export const lockTrainings = (dataDir: string) => lockFile(join(dataDir, 'mnist', LOCK));

/** Takes a run's lock as soon as it is free; undefined if the signal is aborted first. */
export async function lockRun(dataDir: string, id: string, signal: AbortSignal): Promise<(() => void) | undefined> {
	while (!signal.aborted) {
		const release = lockFile(join(runFolder(dataDir, id), LOCK));
		if (release) return release;
		await sleep(LOOK_MS, undefined, { signal }).catch(() => {}); // aborted
	}
	return undefined;
}

/** Whether any training process has that run. */
export function isTrained(dataDir: string, id: string): boolean {
	return isLocked(join(runFolder(dataDir, id), LOCK));
}
