/** The contract of a running platform and its messages. The command line is not one: it opens one request and waits. */
import type { DeskPlatform, MessageView } from '../desk/view.ts';
import type { MessageRef } from '../store/records.ts';

export interface Platform extends DeskPlatform {
	/** Resolves with the sentence to print, once people can use it or it keeps trying to connect in the background. */
	start(): Promise<string>;
	/** Refuses new requests, waits a moment for answers that are nearly ready, and leaves the rest to the next start. */
	stop(): Promise<void>;
}

/** A message that follows a request, as conversation.ts handles it. */
export interface RequestMessage {
	/**
	 * Shows a state of the request. A state of an open request may be skipped while the platform accepts no more edits, since
	 * the next one comes soon. The last state is shown, or this rejects.
	 */
	show(view: MessageView): Promise<void>;

	/**
	 * Replaces the message with one sentence.
	 *
	 * @param state whether the request continues after the next start, or has ended
	 */
	say(sentence: string, state: 'waiting' | 'failed'): Promise<void>;

	delete(): Promise<void>;

	/**
	 * Continues in a new message if the platform accepts no more changes to this one: posts `view` there and deletes this one.
	 * Absent if that never happens on the platform.
	 *
	 * @param error from `show`
	 * @returns the new message; undefined if the error has another cause, or a new message cannot be posted either
	 */
	goOn?(view: MessageView, error: unknown): Promise<MessageRef | undefined>;

	/**
	 * Shows a milestone in a separate message below this one. Absent if the platform has no place for it.
	 *
	 * @param stands called with this message's new reference if that changes
	 */
	below?(milestone: MessageView, stands: (ref: MessageRef) => void): Promise<void>;

	/**
	 * Posts the result as a new message, after which this progress message is deleted. Absent if the result is shown in this
	 * message, by `show`.
	 *
	 * @param stands called with the new message's reference as soon as it is posted, and again when that changes
	 */
	post?(view: MessageView, stands: (ref: MessageRef) => void): Promise<void>;

	/**
	 * Notifies the asker alone that the request has ended, in a further message, since edits notify nobody. Absent if the asker
	 * is watching anyway. A message posted by `post` includes the notice itself.
	 */
	call?(view: MessageView): Promise<void>;

	/**
	 * Calls `again` whenever the state shown should be rendered again, such as when its pictures have arrived or its time is
	 * nearly up.
	 *
	 * @returns stops watching
	 */
	watch?(again: () => void): () => void;
}

/** Shows a view to the asker and nobody else. */
export type TellAlone = (view: MessageView) => Promise<void>;

/** A message's text before its request has a state. */
export const ONE_MOMENT = 'One moment.';

/** The answer to a form that an older version of the bot showed. */
export const OLD_FORM = 'This form is too old. Open it again.';

/** The answer to people who ask for something while the bot stops. */
export const STOPPING = 'The bot is shutting down; try again in a minute.';

/** @param title the platform's title */
export const sorry = (title: string) =>
	`Something went wrong between the bot and ${title}; it is in the log. Try again.`;
