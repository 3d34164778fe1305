/** What a dispatcher knows of a job in its care. */
import type { BlobRef } from '../../jobs/index.ts';
import type { Execution } from '../executor.ts';
import type { Lane } from '../lanes.ts';
import type { JobEnd } from '../runner.ts';
import type { Site } from './site.ts';

export interface Task extends Execution {
	readonly lane: Lane;
	readonly resolve: (end: JobEnd) => void;
	deaths: number;
	isRunning: boolean;
	/** Where it is; absent while no worker has room for it. */
	at?: Place;
}

export interface Place {
	readonly site: Site;
	readonly placement: string;
	/** It is in the site's queue. */
	isThere: boolean;
	/** Somebody is looking what has become of it. `again`: something has happened since. */
	looking?: 'once' | 'again';
	/** Its result waits on the broker for room on the bot's disk. */
	held?: Held;
}

export interface Held {
	readonly blobs: readonly BlobRef[];
	/** When it is fetched again, on the clock of performance.now(), and how long after it was fetched last. */
	readonly until: number;
	readonly waitMs: number;
}

/** How soon a result is fetched again for which there was no room, in milliseconds: twice as late each time, within limits. */
const SOON_MS = 1000;
const LATER_MS = 30_000;

/** @param before absent when it is held for the first time */
export function heldLonger(blobs: readonly BlobRef[], before: Held | undefined): Held {
	const waitMs = before ? Math.min(2 * before.waitMs, LATER_MS) : SOON_MS;
	return { blobs, waitMs, until: performance.now() + waitMs };
}
