/** A message of ours, and how to change it for as long as it exists. */
import type { Log } from '../../base/log.ts';
import type { RequestMessage } from '../../chat/platform.ts';
import { isOpen, type MessageView } from '../../desk/view.ts';
import type { Api } from './api.ts';
import { describeError, isOutOfReach, isRefusedBlock, retryAfter, sentenceFor } from './api-errors.ts';
import type { EditBudget } from './edit-budget.ts';
import { LivePictures } from './live-pictures.ts';
import type { Whereabouts } from './message-ref.ts';
import { type Payload, render, type ShownPicture, sentence } from './render.ts';
import { deleteFiles, lookedAt, type UploadTiming, uploadIntoThread, uploadPicture } from './uploads.ts';

export interface SentMessageDeps {
	readonly api: Api;
	readonly log: Log;
	readonly uploads: UploadTiming;
	/** The least time between two renewals of the pictures of one message, while its request is open. */
	readonly renewMs: number;
	readonly budget: EditBudget;
}

/** Nothing in a message unfolds into a preview; what is typed stays as it is. */
const PLAIN = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const;

/** More than these in one message are a wall; the sheets hold them all. */
const MAX_PICTURES = 10;

const NO_LIVE_PICTURES = 'Slack shows no picture of what goes on in its message; its text goes on alone';

const IN_THREAD = 'The pictures are in the thread of this message, as Slack does not show them here.';

export class SentMessage implements RequestMessage {
	readonly where: Whereabouts;
	readonly #deps: SentMessageDeps;
	/** Files that the message shows: they go when it shows others, or goes. */
	#files: readonly string[];
	/** Those while its request is open. */
	readonly #live: LivePictures;
	/** Called when pictures of an open request have come, to be shown. */
	#again = () => {};
	#outOfReach = false;

	constructor(deps: SentMessageDeps, where: Whereabouts, files: readonly string[] = []) {
		this.#deps = deps;
		this.where = where;
		this.#files = files;
		this.#live = new LivePictures(deps);
	}

	/** Sends a new message of one sentence. */
	static async post(
		deps: SentMessageDeps,
		{ channel, thread }: Pick<Whereabouts, 'channel' | 'thread'>,
		text: string,
	): Promise<SentMessage> {
		const answer = await deps.api.posting.chat.postMessage({
			...sentence(text),
			...PLAIN,
			channel,
			...(thread !== undefined && { thread_ts: thread }),
		});
		// Sent to a person, it is in the channel that the two have.
		return new SentMessage(deps, { channel: answer.channel ?? channel, ts: answer.ts as string, thread });
	}

	/**
	 * Makes the message look like `view`. While the request is open its pictures come when they can, and previews, which would
	 * be a file for each edit, not at all. At the end all pictures are there, or the text says why not.
	 */
	async show(view: MessageView): Promise<void> {
		if (isOpen(view)) return this.#progress(view);
		if (this.#outOfReach) return;
		const stale = this.#files;
		this.#files = await this.#showPictures(withinLimits(view));
		await this.#forget(stale);
		await this.#live.close();
		// Found out just now: nobody will ever see them.
		if (this.#outOfReach) await this.#forget(this.#files);
		else await this.#attach(view);
	}

	/** Calls `again` when pictures of an open request have come. */
	watch(again: () => void): () => void {
		this.#again = again;
		return () => {
			this.#again = () => {};
		};
	}

	/** Makes the message one sentence. */
	async say(text: string): Promise<void> {
		await this.#update(sentence(text));
		await this.#live.close();
	}

	/** Takes the message away, with its pictures. */
	async delete(): Promise<void> {
		const { channel, ts } = this.where;
		await this.#reach(() => this.#deps.api.ending.chat.delete({ channel, ts }));
		await this.#forget(this.#files);
		await this.#live.close();
	}

	/** @returns the files that the message now shows */
	async #showPictures(view: MessageView): Promise<readonly string[]> {
		const { api, uploads } = this.#deps;
		let pictures: readonly ShownPicture[] = [];
		try {
			pictures = await Promise.all(view.figures.map((figure) => uploadPicture(api.patient, figure)));
			// One that takes too long is tried as it is.
			await Promise.all(pictures.map(({ file }) => lookedAt(api.patient, file, uploads)));
			await this.#update(render(view, pictures));
			return pictures.map(({ file }) => file);
		} catch (error) {
			if (view.figures.length === 0) throw error;
			await this.#forget(pictures.map(({ file }) => file));
			await this.#showWithout(view, error);
			return [];
		}
	}

	/** What a picture that Slack does not take leaves of the answer: everything else. */
	async #showWithout(view: MessageView, error: unknown): Promise<void> {
		const { log, api } = this.#deps;
		const { channel, ts, thread = ts } = this.where;
		const reason = sentenceFor(error);
		if (reason === undefined && !isRefusedBlock(error)) throw error;
		log.warn({ error: describeError(error) }, 'Slack does not show a picture in its message');
		if (reason === undefined) await uploadIntoThread(api, { channel, thread }, view.figures);
		await this.#update(render({ ...view, text: `${view.text} ${reason ?? IN_THREAD}` }));
	}

	/** Files that are no pictures go below the message: no block can hold them. */
	async #attach({ attachments = [] }: MessageView): Promise<void> {
		if (attachments.length === 0) return;
		const { channel, ts, thread = ts } = this.where;
		await uploadIntoThread(this.#deps.api, { channel, thread }, attachments);
	}

	#forget(files: readonly string[]): Promise<void> {
		return deleteFiles(this.#deps.api, this.#deps.log, files);
	}

	/** Left out while Slack takes no more edits: the next state comes soon, and the last one in any case. */
	async #progress(view: MessageView): Promise<void> {
		const { budget, api, log } = this.#deps;
		if (this.#outOfReach || !budget.take()) return;
		const pictures = this.#live.next(view.figures.slice(0, MAX_PICTURES), () => this.#again());
		try {
			await this.#reach(() => api.progress.chat.update(this.#edit(render(view, pictures))));
			if (this.#outOfReach) await this.#live.close();
			else await this.#live.shown(pictures);
		} catch (error) {
			const pause = retryAfter(error);
			if (pause !== undefined) return budget.close(pause);
			if (pictures.length === 0 || !isRefusedBlock(error)) throw error;
			log.warn({ error: describeError(error) }, NO_LIVE_PICTURES);
			await this.#live.close();
		}
	}

	async #update(payload: Payload): Promise<void> {
		const { budget, api } = this.#deps;
		await budget.need();
		await this.#reach(() => api.ending.chat.update(this.#edit(payload)));
	}

	#edit(payload: Payload) {
		const { channel, ts } = this.where;
		const { parse, link_names } = PLAIN;
		return { ...payload, parse, link_names, channel, ts };
	}

	async #reach(request: () => Promise<unknown>): Promise<void> {
		if (this.#outOfReach) return;
		try {
			await request();
		} catch (error) {
			if (!isOutOfReach(error)) throw error;
			this.#outOfReach = true;
			const { channel, ts } = this.where;
			const details = { channel, message: ts, error: describeError(error) };
			this.#deps.log.warn(details, sentenceFor(error) ?? 'a Slack message is out of reach');
		}
	}
}

/** Without what the message itself cannot show, and with a note of it. */
function withinLimits(view: MessageView): MessageView {
	const { figures, attachments = [] } = view;
	const hidden = figures.length - MAX_PICTURES;
	const names = attachments.map(({ filename }) => filename).join(', ');
	const notes = [
		hidden > 0 && `(${hidden} more pictures do not fit into one message.)`,
		names && `(In the thread: ${names}.)`,
	].filter(Boolean);
	return { ...view, text: [view.text, ...notes].join(' '), figures: figures.slice(0, MAX_PICTURES) };
}
