/** The messages whose requests are open on a platform. */
import type { MessageView, Show } from '../desk/view.ts';
import type { MessageRef } from '../store/records.ts';
import { Conversation, type ConversationDeps } from './conversation.ts';
import type { TellAlone } from './platform.ts';

export class Conversations {
	readonly #deps: ConversationDeps;
	/** Those whose last state is still to be shown. */
	readonly #open = new Set<Conversation>();

	/** The same function for all of them. */
	readonly #forget = (conversation: Conversation) => {
		this.#open.delete(conversation);
	};

	constructor(deps: ConversationDeps) {
		this.#deps = deps;
	}

	/** Follows a request in an existing message: see Conversation. */
	async follow(ref: MessageRef, open: (show: Show) => Promise<MessageView>, alone?: TellAlone): Promise<void> {
		const conversation = new Conversation(this.#deps, ref, this.#forget);
		this.#open.add(conversation);
		return conversation.follow(open, alone);
	}

	/** Leaves every open request to the next start, and says so in its message. */
	async leaveAll(): Promise<void> {
		await Promise.allSettled([...this.#open].map((conversation) => conversation.leave()));
	}
}
