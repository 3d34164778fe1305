/** Handles the requests and button presses that the page sends. */
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

/** How many messages from before the last start the page shows again. */
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

	/** Resolves as soon as the request is accepted or refused; everything after that is shown in the timeline. */
	ask({ command, options, files }: Asked, user: User): Promise<WireAnswer> {
		return this.#converse(user, (show, messageRef) =>
			this.#deps.desk.open({ command, options, files, user, messageRef }, show).then(({ view }) => view),
		);
	}

	/** See Desk.knownPrompts. */
	knownPrompts(command: string, model: string, user: User): Promise<readonly string[] | undefined> {
		return this.#deps.desk.knownPrompts({ command, options: { model }, user }, CHANNEL);
	}

	/** @param id the message that has the button */
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

	/** Brings back the messages from before the last start. */
	async restore(): Promise<void> {
		for (const { messageRef, view } of await this.#deps.desk.history(NAME, REMEMBERED)) {
			await new SentMessage(this.#deps, messageRef).show(view);
		}
	}

	/** Opens a request and follows it in a new message, unless it is refused at once. */
	#converse(user: User, open: (show: Show, messageRef: MessageRef) => Promise<MessageView>): Promise<WireAnswer> {
		const messageRef = messageRefOf(randomUUID(), user.id);
		const answer = { id: messageRef.message };
		let isTaken = false;
		return new Promise((resolve, reject) => {
			// The timeline hides what is for the asker alone, so only an immediate refusal has to stay out of it.
			const shown = (view: MessageView) => ({ ...view, personal: isRefusal(view) && !isTaken });
			const opened = (show: Show) =>
				open((state) => {
					show(state);
					if (isRefusal(state)) return;
					isTaken = true;
					resolve(answer);
				}, messageRef).then(shown);
			const alone = async ({ text }: MessageView) => resolve({ error: text });
			this.#deps.conversations.follow(messageRef, opened, alone).then(() => resolve(answer), reject);
		});
	}
}

const whispered = ({ text, buttons }: Whisper): WirePressed => ({ whisper: text, buttons });

/** Whether the desk refused a request with a message for the asker alone. */
const isRefusal = ({ state, personal }: MessageView) => state === 'failed' && personal;
