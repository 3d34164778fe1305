/** The one way in which a message follows a request, from its first state to its last, on every platform. */
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
	/** The platform's, for people and for the log. */
	readonly title: string;
	/** @throws {Error} for a reference that is none of the platform's */
	readonly messageAt: (ref: MessageRef) => RequestMessage;
	/** The least time between two edits of one message. */
	readonly editIntervalMs: number;
	/** What of an error may go into the log. */
	readonly describeError: (error: unknown) => object;
	/** Absent: the platform's client tries again by itself what must not be lost. */
	readonly patience?: Patience;
}

/** For what must not be lost while the platform, or the way to it, is in trouble. */
export interface Patience {
	/** Whether the same may do better a little later. */
	readonly isPassing: (error: unknown) => boolean;
	/** Before each further try. */
	readonly waitsMs: readonly number[];
}

interface Entry {
	/** Of the message, wherever it is by now. */
	ref: MessageRef;
	readonly live: LiveMessage<MessageView>;
	readonly message: RequestMessage;
}

/** Marks, in its reference, a message that was posted as a result: whatever is shown of that from then on is shown in it. */
const POSTED = 'posted';

/** Marks a message whose asker has been told that it is over. */
const CALLED = 'called';

export class Conversations {
	readonly #deps: ConversationsDeps;
	/** Those whose last state is still to come. */
	readonly #open = new Set<Entry>();

	constructor(deps: ConversationsDeps) {
		this.#deps = deps;
	}

	/**
	 * Keeps the message up to date while `open` runs. What goes wrong then is told in the message, and logged.
	 *
	 * @param ref of the message, which is there already
	 * @param alone absent where nobody is there to be told in private, or all of the message is
	 * @throws {Error} for a reference that is none of the platform's
	 */
	async follow(ref: MessageRef, open: (show: Show) => Promise<MessageView>, alone?: TellAlone): Promise<void> {
		const { log, title, editIntervalMs, describeError } = this.#deps;
		const message = this.#deps.messageAt(ref);
		let latest: MessageView | undefined;
		const live = new LiveMessage<MessageView>({
			write: (view) => this.#show(entry, view),
			intervalMs: editIntervalMs,
			onError: (error) => log.warn({ error: describeError(error) }, `${title} did not take a progress edit`),
		});
		const unwatch = message.watch?.(() => latest && live.show(latest));
		const entry: Entry = { ref, live, message };
		this.#open.add(entry);
		let milestones = Promise.resolve();
		try {
			const view = await open((state) => {
				// The last state comes back from `open`: it is brought in once, and not as one that may be left out.
				if (!isOpen(state)) return;
				latest = state;
				live.show(state);
				if (state.milestone) milestones = milestones.then(() => this.#reached(entry, state));
			});
			if (!this.#open.delete(entry)) return;
			await Promise.all([live.abandon(), milestones]);
			if (view.personal && alone) {
				// They know who asked.
				await alone({ ...view, asker: undefined });
				await message.delete();
			} else await this.#end(entry, view);
		} catch (error) {
			log.error({ error: describeError(error) }, `${title} did not take an answer`);
			await message
				.say(sorry(title), 'failed')
				.catch((again) => log.warn({ error: describeError(again) }, 'and the message does not say so'));
		} finally {
			unwatch?.();
			this.#open.delete(entry);
		}
	}

	/** Leaves every request that is still open to the next start, and says so. */
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

	/** Makes the message look like a view, or a new one where this one takes no more changes. */
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

	/** Never rejects: the request goes on without it. */
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
			log.warn({ error: describeError(error) }, `${title} did not take a milestone`);
		});
	}

	/** Brings the last state in: a result as its platform wants it to appear, and everything else in the message itself. */
	async #end(entry: Entry, view: MessageView): Promise<void> {
		const { ref, message } = entry;
		const post = ref[POSTED] ? undefined : message.post?.bind(message);
		const { log, title, describeError } = this.#deps;
		if (!post || view.state !== 'done' || view.personal) {
			await this.#insist(() => this.#show(entry, view));
			if (view.waitedLong && message.call && !ref[POSTED] && !ref[CALLED]) await this.#call(entry, view);
			return;
		}
		await this.#insist(() => post(view, (where) => this.#moved(entry, view, { ...where, [POSTED]: true })));
		await message.delete().catch((error) => {
			// The result is there: what stays behind is only untidy.
			log.warn({ error: describeError(error) }, `${title} did not take a message away`);
		});
	}

	/** Never rejects: the result is there. */
	async #call(entry: Entry, view: MessageView): Promise<void> {
		const { log, title, describeError } = this.#deps;
		try {
			await entry.message.call?.(view);
			this.#moved(entry, view, { ...entry.ref, [CALLED]: true });
		} catch (error) {
			log.warn({ error: describeError(error) }, `${title} did not tell somebody that it is over`);
		}
	}

	async #insist<T>(work: () => Promise<T>): Promise<T> {
		const { log, title, describeError, patience } = this.#deps;
		for (const wait of patience?.waitsMs ?? []) {
			try {
				return await work();
			} catch (error) {
				if (!patience?.isPassing(error)) throw error;
				log.warn({ error: describeError(error) }, `${title} did not take an answer; trying again`);
				await delay(wait);
			}
		}
		return work();
	}
}
