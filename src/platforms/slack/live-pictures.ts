/**
 * Pictures of what goes on in a request that is still open. An edit that brings a new file into a message may leave it unseen
 * (slackapi/java-slack-sdk#1441), so they are a message of their own below the one of the request, in its thread, which is
 * posted anew when they are others. Each picture is a file in Slack: they are renewed seldom, beside the edits of the text and
 * never before them, and those that are no longer shown are deleted.
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
	/** The least time from the start of one renewal to the start of the next, in milliseconds. */
	readonly renewMs: number;
}

interface LivePicture extends ShownPicture {
	/** Same bytes, same file. */
	readonly bytes: Uint8Array;
}

/** One renewal, as far as it has come. */
interface Posted {
	readonly ts?: string;
	readonly pictures: readonly LivePicture[];
}

export class LivePictures {
	readonly #deps: LivePicturesDeps;
	/** Of the request's own message. */
	readonly #where: Whereabouts;
	#posted: Posted = { pictures: [] };
	/** What should be seen, as far as anybody has said. */
	#wanted: readonly Figure[] = [];
	#renewing: Promise<void> | undefined;
	/** As performance.now(). */
	#renewedAt = Number.NEGATIVE_INFINITY;
	/** Aborted when Slack takes none here, or no more are wanted. */
	readonly #closed = new AbortController();

	constructor(deps: LivePicturesDeps, where: Whereabouts) {
		this.#deps = deps;
		this.#where = where;
	}

	/** Returns at once: they are posted as soon as the last renewal is long enough ago, the newest alone. */
	show(figures: readonly Figure[]): void {
		this.#wanted = figures;
		this.#renewing ??= this.#renewAll().finally(() => {
			this.#renewing = undefined;
		});
	}

	/** Takes them away for good, with their files. */
	async close(): Promise<void> {
		this.#closed.abort();
		await this.#renewing;
		await this.#replace({ pictures: [] });
	}

	/** Never rejects. What Slack does not take now is left to the next state that is shown. */
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
			// What a person has to change stays so for as long as the request runs.
			if (sentenceFor(error) !== undefined || isRefusedBlock(error) || isOutOfReach(error)) this.#closed.abort();
			log.warn({ error: describeError(error) }, 'Slack did not take a picture of what goes on');
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
					throw new Error('Slack has not looked at a picture yet');
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

	/** What was there before goes; left over it is only untidy. */
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
