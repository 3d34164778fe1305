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
	/** The blobs of its result, which wait on the broker for room on the bot's disk. */
	held?: readonly BlobRef[];
}
