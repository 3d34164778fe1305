/** One of our messages, which can be changed for as long as it exists. */
import { overNote } from '../../chat/asker.ts';
import type { RequestMessage } from '../../chat/platform.ts';
import { isOpen, type MessageView } from '../../desk/view.ts';
import type { MessageRef } from '../../store/records.ts';
import { describeError, isOutOfReach, retryAfter, sentenceFor } from './api-errors.ts';
import type { EditBudget } from './edit-budget.ts';
import { LivePictures, type LivePicturesDeps } from './live-pictures.ts';
import { messageRefOf, NO_FILES, type OwnFiles, type Whereabouts } from './message-ref.ts';
import { deleteFiles } from './outgoing-pictures.ts';
import { personOf } from './people.ts';
import {
	MAX_PICTURES,
	type PostedResultDeps,
	postMessage,
	postResult,
	updateMessage,
	withinLimits,
} from './posted-result.ts';
import { mention, type Payload, render, sentence } from './render.ts';

export interface SentMessageDeps extends PostedResultDeps, Pick<LivePicturesDeps, 'renewMs'> {
	readonly budget: EditBudget;
}

const THREAD = 'The steps are in the thread; the result is a separate message.';

export class SentMessage implements RequestMessage {
	readonly #where: Whereabouts;
	readonly #deps: SentMessageDeps;
	/** The files that belong to the message. */
	readonly #files: OwnFiles;
	/** The pictures shown while its request is open. */
	readonly #live: LivePictures;
	#outOfReach = false;
	/** Something was posted in its thread. */
	#headsThread: boolean;

	constructor(deps: SentMessageDeps, where: Whereabouts, files = NO_FILES, headsThread = false) {
		this.#deps = deps;
		this.#where = where;
		this.#files = files;
		this.#headsThread = headsThread;
		this.#live = new LivePictures(deps, where);
	}

	/**
	 * Shows `view` in the message. Edits never add pictures: while the request is open its pictures are shown in the thread when
	 * possible, but previews, which would take a file per edit, are not. A result keeps the pictures that it has.
	 */
	async show(view: MessageView): Promise<void> {
		if (isOpen(view)) return this.#progress(view);
		const shown = withinLimits(view);
		const pictures = this.#files.shown.map((file, i) => ({ file, alt: shown.figures[i]?.alt ?? '' }));
		await this.#update(render(shown, pictures.length === shown.figures.length ? pictures : []));
		await this.#live.close();
	}

	/** Posts a result as a new message; if the channel is out of reach, this message remains. */
	async post(view: MessageView, stands: (ref: MessageRef) => void): Promise<void> {
		await this.#live.close();
		try {
			await postResult(this.#deps, this.#where, view, stands);
		} catch (error) {
			if (!isOutOfReach(error)) throw error;
			this.#giveUp(error);
			stands(messageRefOf(this.#where));
		}
	}

	/** Notifies the asker in the message's thread. */
	async call(view: MessageView): Promise<void> {
		const person = view.asker && personOf(view.asker.id);
		const { channel, ts, thread = ts } = this.#where;
		if (person === undefined) return;
		const payload = mention(person, `${overNote(view)}.`);
		await this.#reach(() => postMessage(this.#deps.api.ending, { channel, thread }, payload));
	}

	/** Replaces the message with one sentence. */
	async say(text: string): Promise<void> {
		await this.#update(sentence(text));
		await this.#live.close();
	}

	/** Posts a milestone in the message's thread. */
	async below(milestone: MessageView, stands: (ref: MessageRef) => void): Promise<void> {
		const { channel, ts, thread = ts } = this.#where;
		await postResult(this.#deps, { channel, thread }, milestone, () => {
			if (this.#headsThread) return;
			this.#headsThread = true;
			stands(messageRefOf(this.#where, this.#files, true));
		});
	}

	/** Deletes the message with its pictures. If something was posted in its thread, it becomes a line that says so instead. */
	async delete(): Promise<void> {
		const { channel, ts } = this.#where;
		if (this.#headsThread) return this.say(THREAD);
		// Pictures first, because a message that is deleted while it has replies leaves a placeholder.
		await this.#live.close();
		await this.#reach(() => this.#deps.api.ending.chat.delete({ channel, ts }));
		const { shown, inThread } = this.#files;
		await deleteFiles(this.#deps.api, this.#deps.log, [...shown, ...inThread]);
	}

	/** Skips the edit while Slack accepts no more: the next state comes soon, and the last one is always shown. */
	async #progress(view: MessageView): Promise<void> {
		const { budget, api } = this.#deps;
		if (this.#outOfReach) return;
		this.#live.show(view.figures.slice(0, MAX_PICTURES));
		if (!budget.take()) return;
		try {
			await this.#reach(() => updateMessage(api.progress, this.#where, render(view)));
			if (this.#outOfReach) await this.#live.close();
		} catch (error) {
			const pause = retryAfter(error);
			if (pause === undefined) throw error;
			budget.close(pause);
		}
	}

	async #update(payload: Payload): Promise<void> {
		const { budget, api } = this.#deps;
		await budget.need();
		await this.#reach(() => updateMessage(api.ending, this.#where, payload));
	}

	async #reach(request: () => Promise<unknown>): Promise<void> {
		if (this.#outOfReach) return;
		try {
			await request();
		} catch (error) {
			if (!isOutOfReach(error)) throw error;
			this.#giveUp(error);
		}
	}

	#giveUp(error: unknown): void {
		if (this.#outOfReach) return;
		this.#outOfReach = true;
		const { channel, ts } = this.#where;
		const details = { channel, message: ts, error: describeError(error) };
		this.#deps.log.warn(details, sentenceFor(error) ?? 'a Slack message is out of reach');
	}
}
