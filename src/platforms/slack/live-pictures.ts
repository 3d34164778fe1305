/**
 * Pictures in a message whose request is still open. Each is a file of its own in Slack, so they are renewed seldom, beside the
 * edits of the text and never before them; those that a message no longer shows are deleted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../../../commands/lib/command.ts';
import type { Log } from '../../base/log.ts';
import type { Api } from './api.ts';
import { describeError, sentenceFor } from './api-errors.ts';
import type { ShownPicture } from './render.ts';
import { deleteFiles, lookedAt, type UploadTiming, uploadPicture } from './uploads.ts';

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

export class LivePictures {
	readonly #deps: LivePicturesDeps;
	/** Those whose files are in Slack. */
	#kept: readonly LivePicture[] = [];
	/** Those of the renewal that goes on. */
	#coming: readonly LivePicture[] = [];
	/** For the next edit. */
	#latest: readonly LivePicture[] = [];
	/** What should be seen, as far as anybody has said. */
	#wanted: readonly Figure[] = [];
	#renewal: Promise<void> | undefined;
	/** As performance.now(). */
	#renewedAt = Number.NEGATIVE_INFINITY;
	/** Aborted when Slack takes none here, or no more are wanted. */
	readonly #closed = new AbortController();

	constructor(deps: LivePicturesDeps) {
		this.#deps = deps;
	}

	/**
	 * What the next edit may show of `figures`, or of what was there before: what Slack has taken and looked at. Others are
	 * uploaded as soon as the last upload is long enough ago.
	 *
	 * @param renewed called once when there may be more to show
	 */
	next(figures: readonly Figure[], renewed: () => void): readonly ShownPicture[] {
		this.#wanted = figures;
		const known = figures.map((figure) => this.#known(figure));
		if (known.every((picture) => picture !== undefined)) this.#latest = known;
		else if (!this.#renewal && !this.#closed.signal.aborted) {
			this.#renewal = this.#renew().finally(() => {
				this.#renewal = undefined;
				renewed();
			});
		}
		return this.#latest;
	}

	/** The message now shows `pictures`, which `next` gave: files of earlier ones go. */
	async shown(pictures: readonly ShownPicture[]): Promise<void> {
		const wanted = [...pictures, ...this.#latest, ...this.#coming];
		await this.#keepOnly((picture) => wanted.includes(picture));
	}

	/** The message shows none of them any more, and never will again: their files go. */
	async close(): Promise<void> {
		this.#closed.abort();
		await this.#renewal;
		this.#latest = [];
		await this.#keepOnly(() => false);
	}

	#known({ bytes }: Figure): LivePicture | undefined {
		return this.#latest.find((picture) => picture.bytes === bytes);
	}

	/** Never rejects. What Slack does not take now is left to the next renewal. */
	async #renew(): Promise<void> {
		const { renewMs, log } = this.#deps;
		const { signal } = this.#closed;
		try {
			await delay(Math.max(0, this.#renewedAt + renewMs - performance.now()), undefined, { signal });
			this.#renewedAt = performance.now();
			const pictures: LivePicture[] = [];
			for (const figure of this.#wanted) pictures.push(this.#known(figure) ?? (await this.#upload(figure)));
			this.#latest = pictures;
		} catch (error) {
			if (signal.aborted) return;
			// What a person has to change stays so for as long as the request runs.
			if (sentenceFor(error) !== undefined) this.#closed.abort();
			log.warn({ error: describeError(error) }, 'Slack did not take a picture of what goes on');
		} finally {
			this.#coming = [];
		}
	}

	async #upload(figure: Figure): Promise<LivePicture> {
		const { api, uploads } = this.#deps;
		const picture = { ...(await uploadPicture(api.progress, figure)), bytes: figure.bytes };
		this.#kept = [...this.#kept, picture];
		this.#coming = [...this.#coming, picture];
		if (await lookedAt(api.progress, picture.file, uploads, this.#closed.signal)) return picture;
		throw new Error('Slack has not looked at a picture yet');
	}

	async #keepOnly(wanted: (picture: LivePicture) => boolean): Promise<void> {
		const gone = this.#kept.filter((picture) => !wanted(picture));
		this.#kept = this.#kept.filter(wanted);
		const { api, log } = this.#deps;
		await deleteFiles(
			api,
			log,
			gone.map(({ file }) => file),
		);
	}
}
