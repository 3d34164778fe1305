/** Keeps messages up to date with their requests, from first state to last, in the same way on every platform. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import type { Desk } from '../desk/desk.ts';
import { isOpen, type MessageView, RESTARTING, type Show } from '../desk/view.ts';
import type { MessageRef } from '../store/records.ts';
import { LiveMessage } from './live-message.ts';
import { type RequestMessage, sorry, type TellAlone } from './platform.ts';

export interface ConversationsDeps {
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

interface Entry {
	/** Where the message is now. */
	ref: MessageRef;
	readonly live: LiveMessage<MessageView>;
	readonly message: RequestMessage;
}

/** Marks, in its reference, a message that was posted as a result; later views of the request are shown in it. */
const POSTED = 'posted';

/** Marks a message whose asker has been notified that the request has ended. */
const CALLED = 'called';

export class Conversations {
	readonly #deps: ConversationsDeps;
	/** Messages whose last state is still to come. */
	readonly #open = new Set<Entry>();

	constructor(deps: ConversationsDeps) {
		this.#deps = deps;
	}

	/**
	 * Keeps the message up to date while `open` runs. Failures are reported in the message and logged.
	 *
	 * @param ref the reference of the existing message
	 * @param alone shows a view to the asker alone; absent if that is impossible, or the message is already private
	 * @throws {Error} for a reference that does not belong to the platform
	 */
	async follow(ref: MessageRef, open: (show: Show) => Promise<MessageView>, alone?: TellAlone): Promise<void> {
		const { log, title, editIntervalMs, describeError } = this.#deps;
		const message = this.#deps.messageAt(ref);
		let latest: MessageView | undefined;
		/** The request's id, once it has one. */
		let request: string | undefined;
		const live = new LiveMessage<MessageView>({
			write: (view) => this.#show(entry, view),
			intervalMs: editIntervalMs,
			onError: (error) => log.warn({ request, error: describeError(error) }, `${title} did not accept a progress edit`),
		});
		const unwatch = message.watch?.(() => latest && live.show(latest));
		const entry: Entry = { ref, live, message };
		this.#open.add(entry);
		let milestones = Promise.resolve();
		try {
			const view = await open((state) => {
				request = state.requestId;
				// `open` resolves with the last state, which is shown once, and not as one that may be skipped.
				if (!isOpen(state)) return;
				if (message.watch) latest = state;
				live.show(state);
				if (state.milestone) milestones = milestones.then(() => this.#reached(entry, state));
			});
			request = view.requestId;
			if (!this.#open.delete(entry)) return;
			await Promise.all([live.abandon(), milestones]);
			if (view.personal && alone) {
				// They know who asked.
				await alone({ ...view, asker: undefined });
				await message.delete();
			} else await this.#end(entry, view);
		} catch (error) {
			log.error({ request, error: describeError(error) }, `${title} did not accept an answer`);
			await message
				.say(sorry(title), 'failed')
				.catch((again) => log.warn({ request, error: describeError(again) }, 'and the message could not say so'));
		} finally {
			unwatch?.();
			this.#open.delete(entry);
		}
	}

	/** Leaves every open request to the next start, and says so in its message. */
	async leaveAll(): Promise<void> {
		const left = [...this.#open];
		this.#open.clear();
		await Promise.allSettled(
			left.map(async ({ live, message }) => {
				await live.abandon();
				await message.say(RESTARTING, 'waiting');
			}),
		);
	}

	/** Shows a view in the message, or in a new one if this one can no longer be changed. */
	async #show(entry: Entry, view: MessageView): Promise<void> {
		const { message } = entry;
		try {
			await message.show(view);
		} catch (error) {
			const moved = await message.goOn?.(view, error);
			if (!moved) throw error;
			this.#moved(entry, view, moved);
		}
	}

	#moved(entry: Entry, { requestId }: MessageView, ref: MessageRef): void {
		entry.ref = ref;
		this.#deps.desk.moved(requestId, ref);
	}

	/** Shows a milestone. Never rejects: the request continues without it. */
	async #reached(entry: Entry, { milestone, ...view }: MessageView): Promise<void> {
		const { log, title, describeError } = this.#deps;
		const shown: MessageView = {
			...view,
			...milestone,
			state: 'done',
			progress: undefined,
			eta: undefined,
			buttons: [],
		};
		const stands = (ref: MessageRef) => this.#moved(entry, view, { ...entry.ref, ...ref });
		await entry.message.below?.(shown, stands).catch((error) => {
			log.warn({ request: view.requestId, error: describeError(error) }, `${title} did not accept a milestone`);
		});
	}

	/** Shows the last state: a result in the platform's own way, and everything else in the message itself. */
	async #end(entry: Entry, view: MessageView): Promise<void> {
		const { ref, message } = entry;
		const post = ref[POSTED] ? undefined : message.post?.bind(message);
		const { log, title, describeError } = this.#deps;
		const { requestId: request } = view;
		if (!post || view.state !== 'done' || view.personal) {
			await this.#insist(request, () => this.#show(entry, view));
			if (view.waitedLong && message.call && !ref[POSTED] && !ref[CALLED]) await this.#call(entry, view);
			return;
		}
		const stands = (where: MessageRef) => this.#moved(entry, view, { ...where, [POSTED]: true });
		await this.#insist(request, () => post(view, stands));
		await message.delete().catch((error) => {
			// The result has been posted, so a leftover message is merely untidy.
			log.warn({ request, error: describeError(error) }, `${title} did not delete a message`);
		});
	}

	/** Notifies the asker. Never rejects, because the result is already shown. */
	async #call(entry: Entry, view: MessageView): Promise<void> {
		const { log, title, describeError } = this.#deps;
		try {
			await entry.message.call?.(view);
			this.#moved(entry, view, { ...entry.ref, [CALLED]: true });
		} catch (error) {
			const details = { request: view.requestId, error: describeError(error) };
			log.warn(details, `${title} did not notify somebody that their request has ended`);
		}
	}

	/** @param request its id, for the log */
	async #insist<T>(request: string, work: () => Promise<T>): Promise<T> {
		const { log, title, describeError, patience } = this.#deps;
		for (const wait of patience?.waitsMs ?? []) {
			try {
				return await work();
			} catch (error) {
				if (!patience?.isPassing(error)) throw error;
				log.warn({ request, error: describeError(error) }, `${title} did not accept an answer; trying again`);
				await delay(wait);
			}
		}
		return work();
	}
}
