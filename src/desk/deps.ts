/** The desk's dependencies. */
import type { Command } from '../../commands/lib/command.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { ResultStore } from '../../gpu/queue/results.ts';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import type { TrainingRunner } from '../../gpu/queue/training-runner.ts';
import type { Log } from '../base/log.ts';
import type { UserLimits } from '../base/user-limits.ts';
import type { Artists } from '../drawing/artists.ts';
import type { RequestStore } from '../store/requests.ts';
import type { FetchPicture } from '../uploads/fetch-address.ts';
import type { Outcome } from './request.ts';

export interface DeskDeps {
	readonly commands: readonly Command[];
	readonly runner: JobRunner;
	readonly training: TrainingRunner;
	readonly artists: Pick<Artists, 'draw'>;
	readonly store: RequestStore;
	readonly blobs: BlobStore;
	readonly results: ResultStore;
	readonly log: Log;
	/** Fetches pictures given by their web addresses. Default: from the public internet */
	readonly fetchPicture?: FetchPicture;
	/** Default: DEFAULT_LIMITS */
	readonly limits?: UserLimits;
	/** Called when a request has ended or was refused; `command` is undefined if there is none of that name. */
	readonly onEnded?: (command: string | undefined, outcome: Outcome) => void;
	/** How long a deletion can be undone, in milliseconds. Default: a minute */
	readonly undoMs?: number;
	/** After a wait this long, in milliseconds, the person is notified when the request has ended. Default: two minutes */
	readonly longWaitMs?: number;
}
