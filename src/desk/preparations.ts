/**
 * Prepares a request so that it can be checked: fetches and reads its files, and looks up the models. Meanwhile the request can
 * be cancelled, and its files use no more than their share of memory.
 */

import type { RawOptions, Upload } from '../../commands/lib/options.ts';
import { Cancelled } from '../../commands/lib/perform-errors.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { FairWaiter } from '../../gpu/queue/fair.ts';
import { WaitingLine } from '../../gpu/queue/waiting-line.ts';
import { followSignal } from '../base/follow-signal.ts';
import { unlessAborted } from '../base/unless-aborted.ts';
import type { RequestRecord } from '../store/records.ts';
import type { Expected } from '../uploads/incoming.ts';
import { ingest } from '../uploads/ingest.ts';
import { MAX_UPLOAD_BYTES } from '../uploads/limits.ts';
import { BUSY } from '../uploads/readers.ts';

/** How many requests may have files in memory at once, in all and per person, so that a slow server holds up nobody else. */
const AT_ONCE = 8;
const OF_ONE_PERSON = 2;

/** How much memory all waiting requests may hold together, in bytes: a dozen files of the largest size. */
const MAX_HELD_BYTES = 12 * MAX_UPLOAD_BYTES;

/** Most files arrive sooner, and then a request's first message is its position in the line, or its refusal. */
const TELL_AFTER_MS = 1000;

export interface PreparationsDeps {
	readonly blobs: BlobStore;
	/** Aborted when the bot stops. */
	readonly stopping: AbortSignal;
}

/** The files of a request. */
interface Files extends FairWaiter {
	/** Fetches them. */
	readonly bring: () => Promise<void>;
}

export class Preparations {
	readonly #deps: PreparationsDeps;
	readonly #line = new WaitingLine<Files>({ slots: AT_ONCE, turn: ({ bring }) => bring() });
	readonly #leaving = new Map<string, AbortController>();
	/** Memory held by waiting requests, in bytes. */
	#held = 0;

	constructor(deps: PreparationsDeps) {
		this.#deps = deps;
		this.#line.open(AT_ONCE);
	}

	/** Whether a request is being prepared. */
	has(id: string): boolean {
		return this.#leaving.has(id);
	}

	/** @returns whether the request was being prepared */
	cancel(id: string): boolean {
		const leaving = this.#leaving.get(id);
		leaving?.abort(new Cancelled());
		return leaving !== undefined;
	}

	/**
	 * @param work receives a signal that is aborted as soon as nobody is waiting for it
	 * @throws {Cancelled} when the request is cancelled before it is done
	 */
	async run<T>(id: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
		const leaving = new AbortController();
		this.#leaving.set(id, leaving);
		const unfollow = followSignal(this.#deps.stopping, leaving);
		try {
			return await unlessAborted(leaving.signal, work(leaving.signal));
		} finally {
			unfollow();
			this.#leaving.delete(id);
		}
	}

	/**
	 * Fetches, checks and stores the files that a request waits for.
	 *
	 * @param tell receives a progress message if this takes a while
	 * @returns the stored files by the names of their options
	 * @throws {UserError} when one of them cannot be fetched, or is not what it should be
	 */
	async bring(
		{ id, owner }: Pick<RequestRecord, 'id' | 'owner'>,
		expected: readonly Expected[],
		signal: AbortSignal,
		tell: (text: string) => void,
	): Promise<RawOptions> {
		if (expected.length === 0) return {};
		const held = expected.reduce((sum, file) => sum + (file.held ?? 0), 0);
		if (this.#held + held > MAX_HELD_BYTES) throw new UserError(BUSY);
		this.#held += held;
		const names = expected.map(({ name }) => name).join(' and ');
		const slow = setTimeout(() => tell(`Fetching ${names}.`), TELL_AFTER_MS);
		const bringOne = async ({ option, kind, fetch }: Expected): Promise<[string, Upload]> => {
			const { bytes, name } = await fetch(signal);
			return [option, await ingest(kind, this.#deps.blobs, bytes, name, signal)];
		};
		try {
			return await new Promise((resolve, reject) => {
				const leave = () => {
					this.#line.leave(id);
					reject(signal.reason);
				};
				signal.addEventListener('abort', leave);
				const bring = () =>
					Promise.all(expected.map(bringOne)).then((files) => resolve(Object.fromEntries(files)), reject);
				this.#line.join({ id, owner: owner.id, maxRunning: OF_ONE_PERSON, bring });
			});
		} finally {
			clearTimeout(slow);
			this.#held -= held;
		}
	}
}
