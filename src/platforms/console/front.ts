/** What the bot does with the requests and presses of the page. */
import { randomUUID } from 'node:crypto';
import type { Conversations } from '../../chat/conversations.ts';
import type { Desk } from '../../desk/desk.ts';
import type { MessageView, Show, Whisper } from '../../desk/view.ts';
import type { MessageRef, User } from '../../store/records.ts';
import { CHANNEL, messageRefOf } from './message-ref.ts';
import { SentMessage, type SentMessageDeps } from './sent-message.ts';
import { NAME } from './settings.ts';
import type { Asked } from './submission.ts';
import type { WireAnswer, WirePressed } from './wire.ts';

/** Messages from before the last start that the page shows again. */
const REMEMBERED = 50;

export interface FrontDeps extends SentMessageDeps {
	readonly desk: Desk;
	readonly conversations: Conversations;
}

export class Front {
	readonly #deps: FrontDeps;

	constructor(deps: FrontDeps) {
		this.#deps = deps;
	}

	/** Resolves as soon as the request is taken or refused; what becomes of it afterwards is told to the timeline. */
	ask(asked: Asked, user: User): Promise<WireAnswer> {
		return this.#converse(user, async (show, messageRef) => {
			return (await this.#deps.desk.open({ ...asked, user, messageRef }, show)).view;
		});
	}

	/** See Desk.knownPrompts. */
	knownPrompts(command: string, model: string, user: User): Promise<readonly string[] | undefined> {
		return this.#deps.desk.knownPrompts({ command, options: { model }, user }, CHANNEL);
	}

	/** @param id of the message whose button it is */
	async press(id: string, button: string, user: User): Promise<WirePressed> {
		const { desk, timeline } = this.#deps;
		const outcome = await desk.press(button, user);
		switch (outcome.type) {
			case 'whisper':
				return whispered(outcome);
			case 'form':
				return { form: { command: outcome.command, options: outcome.options } };
			case 'delete':
				timeline.remove(id);
				return whispered(outcome);
			case 'request': {
				const answer = await this.#converse(user, outcome.open);
				return 'error' in answer ? { whisper: answer.error } : { id: answer.id };
			}
		}
	}

	/** Puts the messages from before the last start back where they were. */
	async restore(): Promise<void> {
		for (const { messageRef, view } of await this.#deps.desk.history(NAME, REMEMBERED)) {
			await new SentMessage(this.#deps, messageRef).show(view);
		}
	}

	/** Opens a request with a new message, unless it is refused. */
	#converse(user: User, open: (show: Show, messageRef: MessageRef) => Promise<MessageView>): Promise<WireAnswer> {
		const messageRef = messageRefOf(randomUUID(), user.id);
		const answer = { id: messageRef.message };
		let isTaken = false;
		return new Promise((resolve, reject) => {
			const opened = async (show: Show) => {
				const view = await open((state) => {
					show(state);
					if (isRefusal(state)) return;
					isTaken = true;
					resolve(answer);
				}, messageRef);
				// All of the conversation is private; only a refusal at once need not stand in it.
				return { ...view, personal: isRefusal(view) && !isTaken };
			};
			const alone = async ({ text }: MessageView) => resolve({ error: text });
			this.#deps.conversations.follow(messageRef, opened, alone).then(() => resolve(answer), reject);
		});
	}
}

const whispered = ({ text, buttons }: Whisper): WirePressed => ({ whisper: text, buttons });

/** The desk's mark of what need not stand in the conversation: it failed, and is for the asker alone. */
const isRefusal = ({ state, personal }: MessageView) => state === 'failed' && personal;
