/** The contract of a platform that is running, and of its messages. The command line is none: it opens one request and waits. */
import type { DeskPlatform, MessageView } from '../desk/view.ts';
import type { MessageRef } from '../store/records.ts';

export interface Platform extends DeskPlatform {
	/** Resolves when people can use it, or are told later that they can; with the sentence to print. */
	start(): Promise<string>;
	/** Refuses what comes, waits a moment for answers that are nearly there, and leaves the others to the next start. */
	stop(): Promise<void>;
}

/** A message that follows a request, as conversations.ts handles it. */
export interface RequestMessage {
	/**
	 * Makes it look like a state of the request. A state of an open request may be left out while the platform takes no more
	 * edits, as the next one comes soon; the last state arrives, or this rejects.
	 */
	show(view: MessageView): Promise<void>;

	/**
	 * Makes it one sentence.
	 *
	 * @param state whether the request goes on after the next start, or is over
	 */
	say(sentence: string, state: 'waiting' | 'failed'): Promise<void>;

	delete(): Promise<void>;

	/**
	 * Goes on in a new message, where the platform takes no more changes of this one: there it looks like `view`, and this one
	 * goes. Absent: there is no such case.
	 *
	 * @param error of `show`
	 * @returns where that is; undefined when the error has nothing to do with it, or a new one cannot be written either
	 */
	goOn?(view: MessageView, error: unknown): Promise<MessageRef | undefined>;

	/**
	 * Shows a milestone in a message of its own below this one. Absent: the platform has no place for it.
	 *
	 * @param stands called when the reference of this message says more from then on
	 */
	below?(milestone: MessageView, stands: (ref: MessageRef) => void): Promise<void>;

	/**
	 * How a result appears. Absent: in this message, which `show` makes the result. Otherwise this posts the result as a new
	 * message, and this one, which said how far it was, goes.
	 *
	 * @param stands called with where the new message is as soon as it is there, and again when more belongs to it
	 */
	post?(view: MessageView, stands: (ref: MessageRef) => void): Promise<void>;

	/**
	 * Tells the asker, and nobody else, in a further message that it is over: an edit tells nobody. Absent: they sit before it.
	 * What `post` posts says so itself.
	 */
	call?(view: MessageView): Promise<void>;

	/**
	 * Calls `again` whenever it would look otherwise for the state that it shows: pictures have arrived, its time is nearly up.
	 *
	 * @returns what ends that
	 */
	watch?(again: () => void): () => void;
}

/** Tells a view to the one who asked, and to nobody else. */
export type TellAlone = (view: MessageView) => Promise<void>;

/** What a message says before its request has a state. */
export const ONE_MOMENT = 'One moment.';

/** What whoever asks something of a bot is told while it stops. */
export const STOPPING = 'The bot is being stopped; try again in a minute.';

/** @param title the platform's */
export const sorry = (title: string) =>
	`Something went wrong between the bot and ${title}; it is in the log. Try again.`;
