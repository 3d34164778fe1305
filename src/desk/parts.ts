/** What the desk is made of, and how its requests end. */
import type { Command, Reply } from '../../commands/lib/command.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { ResultStore } from '../../gpu/queue/results.ts';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import type { TrainingRunner } from '../../gpu/queue/training-runner.ts';
import type { Log } from '../base/log.ts';
import type { MessageRef, RequestRecord, User } from '../store/records.ts';
import type { RequestStore } from '../store/requests.ts';
import type { fetchPicture } from '../uploads/fetch-picture.ts';
import type { MessageView } from './view.ts';

export interface DeskParts {
	readonly commands: readonly Command[];
	readonly runner: JobRunner;
	readonly training: TrainingRunner;
	readonly store: RequestStore;
	readonly blobs: BlobStore;
	readonly results: ResultStore;
	readonly log: Log;
	/** How pictures come that are given by their web address; absent: from the public internet. */
	readonly fetchPicture?: typeof fetchPicture;
	/** How much one person may ask for at the same time; absent: DEFAULT_LIMITS. */
	readonly limits?: UserLimits;
	/** Jobs that the runner runs at the same time, for forecasts of when each is done; absent: 1. */
	readonly concurrency?: number;
}

/** Of one person's requests; staff have none. */
export interface UserLimits {
	readonly running: number;
	readonly waiting: number;
}

export const DEFAULT_LIMITS: UserLimits = { running: 1, waiting: 3 };

export interface Request {
	readonly command: string;
	readonly options: RawOptions;
	readonly user: User;
	/** Where its message stands. Without one nothing is left of it after a restart. */
	readonly messageRef?: MessageRef;
}

/** How a request ended. */
export interface Outcome {
	readonly view: MessageView;
	/** Absent when the request was refused before anything was done. */
	readonly record: RequestRecord | undefined;
	/** As in the command's reply. */
	readonly originals?: Reply['originals'];
	/** Whose mistake it was, when it did not end well. */
	readonly fault?: 'user' | 'internal';
}

/** The channel of requests without a message: those of the command line. */
const NO_CHANNEL = 'cli:local';

/** The channel whose settings count. */
export const channelOf = ({ messageRef }: { readonly messageRef?: MessageRef }): string =>
	messageRef?.channel ?? NO_CHANNEL;
