/** A message that follows its request from first state to last, in the same way on every platform. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import type { Desk } from '../desk/desk.ts';
import { isOpen, type MessageView, RESTARTING, type Show } from '../desk/view.ts';
import type { MessageRef } from '../store/records.ts';
import { LiveMessage, type LiveMessageDeps } from './live-message.ts';
import { type RequestMessage, sorry, type TellAlone } from './platform.ts';

export interface ConversationDeps {
	readonly desk: Pick<Desk, 'moved'>;
	readonly log: Log;
	/** The platform's title, for people and for the log. */
	readonly title: string;
	/** @throws {Error} for a reference that does not belong to the platform */
	readonly messageAt: (ref: MessageRef) => RequestMessage;
	/** The shortest time between two edits of one message, in milliseconds. */
	readonly editIntervalMs: number;
	/** The parts of an error that may be logged. */
	readonly describeError: (error: unknown) => object;
	/** Absent if the platform's client itself retries what must not be lost. */
	readonly patience?: Patience;
}

/** How to retry what must not be lost while the platform or the network is in trouble. */
export interface Patience {
	/** Whether the same call may succeed a little later. */
	readonly isPassing: (error: unknown) => boolean;
	/** The wait before each retry, in milliseconds. */
	readonly waitsMs: readonly number[];
}

/** Marks, in its reference, a message that was posted as a result; later views of the request are shown in it. */
const POSTED = 'posted';

/** Marks a message whose asker has been notified that the request has ended. */
const CALLED = 'called';

/** As many of these are kept as requests wait, so it has methods instead of functions of its own. */
export class Conversation implements LiveMessageDeps<MessageView> {
	readonly #deps: ConversationDeps;
	readonly #message: RequestMessage;
	readonly #live: LiveMessage<MessageView>;
	readonly #onOver: (conversation: Conversation) => void;
	/** Where the message is now. */
	#ref: MessageRef;
	/** For messages that somebody may look at again. */
	#latest: MessageView | undefined;
	/** The request's id, once it has one. */
	#request: string | undefined;
	#milestones: Promise<void> | undefined;
	/** Whether only the last state is still to be shown, or that is left to the next start. */
	#isOver = false;

	/**
	 * @param ref the reference of the existing message
	 * @param onOver called when there is nothing more to show
	 * @throws {Error} for a reference that does not belong to the platform
	 */
	constructor(deps: ConversationDeps, ref: MessageRef, onOver: (conversation: Conversation) => void) {
		this.#deps = deps;
		this.#ref = ref;
		this.#message = deps.messageAt(ref);
		this.#live = new LiveMessage(this);
		this.#onOver = onOver;
	}

	/**
	 * Keeps the message up to date while `open` runs. Failures are reported in the message and logged.
	 *
	 * @param alone shows a view to the asker alone; absent if that is impossible, or the message is already private
	 */
	follow(open: (show: Show) => Promise<MessageView>, alone?: TellAlone): Promise<void> {
		// Functions of their own, so that nothing of `open` is kept while the request waits.
		return this.#until(this.#opened(open), alone);
	}

	async #opened(open: (show: Show) => Promise<MessageView>): Promise<MessageView> {
		return open((state) => this.#reach(state));
	}

	async #until(last: Promise<MessageView>, alone: TellAlone | undefined): Promise<void> {
		let unwatch: (() => void) | undefined;
		try {
			unwatch = this.#message.watch?.(() => this.#latest && this.#live.show(this.#latest));
			const view = await last;
			this.#request = view.requestId;
			if (this.#isOver) return;
			this.#isOver = true;
			await Promise.all([this.#live.abandon(), this.#milestones]);
			if (view.personal && alone) {
				// They know who asked.
				await alone({ ...view, asker: undefined });
				await this.#message.delete();
			} else await this.#end(view);
		} catch (error) {
			const { log, title, describeError } = this.#deps;
			const request = this.#request;
			log.error({ request, error: describeError(error) }, `${title} did not accept an answer`);
			await this.#message
				.say(sorry(title), 'failed')
				.catch((again) => log.warn({ request, error: describeError(again) }, 'and the message could not say so'));
		} finally {
			this.#isOver = true;
			unwatch?.();
			this.#onOver(this);
		}
	}

	/** Leaves an open request to the next start, and says so in its message. */
	async leave(): Promise<void> {
		if (this.#isOver) return;
		this.#isOver = true;
		await this.#live.abandon();
		await this.#message.say(RESTARTING, 'waiting');
	}

	get intervalMs(): number {
		return this.#deps.editIntervalMs;
	}

	onError(error: unknown): void {
		const { log, title, describeError } = this.#deps;
		log.warn({ request: this.#request, error: describeError(error) }, `${title} did not accept a progress edit`);
	}

	/** Shows a view in the message, or in a new one if this one can no longer be changed. */
	async write(view: MessageView): Promise<void> {
		try {
			await this.#message.show(view);
		} catch (error) {
			const moved = await this.#message.goOn?.(view, error);
			if (!moved) throw error;
			this.#moved(view, moved);
		}
	}

	#reach(state: MessageView): void {
		this.#request = state.requestId;
		// `open` resolves with the last state, which is shown once, and not as one that may be skipped.
		if (!isOpen(state)) return;
		if (this.#message.watch) this.#latest = state;
		this.#live.show(state);
		if (state.milestone) this.#milestones = (this.#milestones ?? Promise.resolve()).then(() => this.#milestone(state));
	}

	#moved({ requestId }: MessageView, ref: MessageRef): void {
		this.#ref = ref;
		this.#deps.desk.moved(requestId, ref);
	}

	/** Shows a milestone. Never rejects: the request continues without it. */
	async #milestone({ milestone, ...view }: MessageView): Promise<void> {
		const { log, title, describeError } = this.#deps;
		const shown: MessageView = {
			...view,
			...milestone,
			state: 'done',
			progress: undefined,
			eta: undefined,
			buttons: [],
		};
		const stands = (ref: MessageRef) => this.#moved(view, { ...this.#ref, ...ref });
		await this.#message.below?.(shown, stands).catch((error) => {
			log.warn({ request: view.requestId, error: describeError(error) }, `${title} did not accept a milestone`);
		});
	}

	/** Shows the last state: a result in the platform's own way, and everything else in the message itself. */
	async #end(view: MessageView): Promise<void> {
		const ref = this.#ref;
		const message = this.#message;
		const post = ref[POSTED] ? undefined : message.post?.bind(message);
		const { log, title, describeError } = this.#deps;
		const { requestId: request } = view;
		if (!post || view.state !== 'done' || view.personal) {
			await this.#insist(() => this.write(view));
			if (view.waitedLong && message.call && !ref[POSTED] && !ref[CALLED]) await this.#call(view);
			return;
		}
		const stands = (where: MessageRef) => this.#moved(view, { ...where, [POSTED]: true });
		await this.#insist(() => post(view, stands));
		await message.delete().catch((error) => {
			// The result has been posted, so a leftover message is merely untidy.
			log.warn({ request, error: describeError(error) }, `${title} did not delete a message`);
		});
	}

	/** Notifies the asker. Never rejects, because the result is already shown. */
	async #call(view: MessageView): Promise<void> {
		const { log, title, describeError } = this.#deps;
		try {
			await this.#message.call?.(view);
			this.#moved(view, { ...this.#ref, [CALLED]: true });
		} catch (error) {
			const details = { request: view.requestId, error: describeError(error) };
			log.warn(details, `${title} did not notify somebody that their request has ended`);
		}
	}

	async #insist<T>(work: () => Promise<T>): Promise<T> {
		const { log, title, describeError, patience } = this.#deps;
		for (const wait of patience?.waitsMs ?? []) {
			try {
				return await work();
			} catch (error) {
				if (!patience?.isPassing(error)) throw error;
				const request = this.#request;
				log.warn({ request, error: describeError(error) }, `${title} did not accept an answer; trying again`);
				await delay(wait);
			}
		}
		return work();
	}
}
