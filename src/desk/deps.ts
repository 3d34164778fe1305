/** What the desk is made with. */
import type { Command } from '../../commands/lib/command.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { ResultStore } from '../../gpu/queue/results.ts';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import type { TrainingRunner } from '../../gpu/queue/training-runner.ts';
import type { Log } from '../base/log.ts';
import type { UserLimits } from '../base/user-limits.ts';
import type { RequestStore } from '../store/requests.ts';
import type { FetchPicture } from '../uploads/fetch-address.ts';

export interface DeskDeps {
	readonly commands: readonly Command[];
	readonly runner: JobRunner;
	readonly training: TrainingRunner;
	readonly store: RequestStore;
	readonly blobs: BlobStore;
	readonly results: ResultStore;
	readonly log: Log;
	/** How pictures come that are given by their web address; absent: from the public internet. */
	readonly fetchPicture?: FetchPicture;
	/** Absent: DEFAULT_LIMITS. */
	readonly limits?: UserLimits;
	/** Jobs that the runner runs at the same time, for forecasts of when each is done; absent: 1. */
	readonly concurrency?: number;
	/** How long what was deleted can be had back, in milliseconds; absent: a minute. */
	readonly undoMs?: number;
	/** After so many milliseconds people have turned to something else, and are told that it is over; absent: two minutes. */
	readonly longWaitMs?: number;
}
