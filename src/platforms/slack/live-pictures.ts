/**
 * Pictures that show the progress of an open request. A file that an edit adds to a message may not be displayed
 * (slackapi/java-slack-sdk#1441), so the pictures are a separate message in the thread of the request's message, which is posted
 * again when they change. Each picture is a file in Slack, so they are renewed rarely, alongside the text edits and never ahead
 * of them, and files that are no longer shown are deleted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../../../commands/lib/command.ts';
import type { Log } from '../../base/log.ts';
import type { Api } from './api.ts';
import { describeError, isOutOfReach, isRefusedBlock, sentenceFor } from './api-errors.ts';
import type { Whereabouts } from './message-ref.ts';
import { deleteFiles, lookedAt, type UploadTiming, uploadPicture } from './outgoing-pictures.ts';
import { picturesAlone, type ShownPicture } from './render.ts';

export interface LivePicturesDeps {
	readonly api: Pick<Api, 'progress' | 'swift'>;
	readonly log: Log;
	readonly uploads: UploadTiming;
	/** The shortest time from the start of one renewal to the start of the next, in milliseconds. */
	readonly renewMs: number;
}

interface LivePicture extends ShownPicture {
	/** The file is the same if these are the same bytes. */
	readonly bytes: Uint8Array;
}

/** The message of pictures as currently posted. */
interface Posted {
	readonly ts?: string;
	readonly pictures: readonly LivePicture[];
}

export class LivePictures {
	readonly #deps: LivePicturesDeps;
	/** Where the request's own message is. */
	readonly #where: Whereabouts;
	#posted: Posted = { pictures: [] };
	/** The pictures that should be shown. */
	#wanted: readonly Figure[] = [];
	#renewing: Promise<void> | undefined;
	/** When the last renewal started, as performance.now(). */
	#renewedAt = Number.NEGATIVE_INFINITY;
	/** Aborted when Slack accepts no pictures here, or no more are wanted. */
	readonly #closed = new AbortController();

	constructor(deps: LivePicturesDeps, where: Whereabouts) {
		this.#deps = deps;
		this.#where = where;
	}

	/** Returns immediately. Only the newest figures are posted, once the last renewal is long enough ago. */
	show(figures: readonly Figure[]): void {
		this.#wanted = figures;
		this.#renewing ??= this.#renewAll().finally(() => {
			this.#renewing = undefined;
		});
	}

	/** Removes the pictures for good, with their files. */
	async close(): Promise<void> {
		this.#closed.abort();
		await this.#renewing;
		await this.#replace({ pictures: [] });
	}

	/** Never rejects. Pictures that Slack does not accept now are left to the next state that is shown. */
	async #renewAll(): Promise<void> {
		const { renewMs, log } = this.#deps;
		const { signal } = this.#closed;
		try {
			while (!this.#areShown()) {
				await delay(Math.max(0, this.#renewedAt + renewMs - performance.now()), undefined, { signal });
				this.#renewedAt = performance.now();
				await this.#renew(this.#wanted);
			}
		} catch (error) {
			if (signal.aborted) return;
			// A problem that a person has to fix will not change while the request runs.
			if (sentenceFor(error) !== undefined || isRefusedBlock(error) || isOutOfReach(error)) this.#closed.abort();
			log.warn({ error: describeError(error) }, 'Slack did not accept a progress picture');
		}
	}

	#areShown(): boolean {
		const { pictures } = this.#posted;
		const same = (figure: Figure, i: number) => pictures[i]?.bytes === figure.bytes;
		return this.#closed.signal.aborted || (pictures.length === this.#wanted.length && this.#wanted.every(same));
	}

	async #renew(figures: readonly Figure[]): Promise<void> {
		const { api, uploads } = this.#deps;
		const { signal } = this.#closed;
		const pictures: LivePicture[] = [];
		try {
			for (const figure of figures) {
				const known = this.#posted.pictures.find(({ bytes }) => bytes === figure.bytes);
				const picture = known ?? { ...(await uploadPicture(api.progress, figure)), bytes: figure.bytes };
				pictures.push(picture);
				if (!known && !(await lookedAt(api.progress, picture.file, uploads, signal)))
					throw new Error('Slack has not checked a picture yet');
			}
			await this.#replace({ ts: await this.#post(pictures), pictures });
		} catch (error) {
			const lost = pictures.filter((picture) => !this.#posted.pictures.includes(picture));
			await this.#forget(lost);
			throw error;
		}
	}

	async #post(pictures: readonly LivePicture[]): Promise<string | undefined> {
		if (pictures.length === 0) return undefined;
		const { channel, ts, thread = ts } = this.#where;
		const message = { ...picturesAlone(pictures), channel, thread_ts: thread };
		return (await this.#deps.api.progress.chat.postMessage(message)).ts;
	}

	/** Replaces the posted pictures. Leftovers of the old ones are merely untidy. */
	async #replace(next: Posted): Promise<void> {
		const { api, log } = this.#deps;
		const before = this.#posted;
		this.#posted = next;
		if (before.ts !== undefined) {
			await api.swift.chat.delete({ channel: this.#where.channel, ts: before.ts }).catch((error) => {
				log.debug({ error: describeError(error) }, 'a message of pictures stays in Slack');
			});
		}
		await this.#forget(before.pictures.filter((picture) => !next.pictures.includes(picture)));
	}

	#forget(pictures: readonly LivePicture[]): Promise<void> {
		const { api, log } = this.#deps;
		const files = pictures.map(({ file }) => file);
		return deleteFiles(api, log, files);
	}
}
