/** The bot's part in the room. */

import type { Log } from '../../../../src/base/log.ts';
import { askerNote, overNote } from '../../../../src/chat/asker.ts';
import { Conversations } from '../../../../src/chat/conversations.ts';
import { ONE_MOMENT, type Platform, type RequestMessage } from '../../../../src/chat/platform.ts';
import { readTyped } from '../../../../src/chat/typed-request.ts';
import type { Desk } from '../../../../src/desk/desk.ts';
import type { MessageView, Show } from '../../../../src/desk/view.ts';
import type { MessageRef } from '../../../../src/store/records.ts';
import type { Content, Room } from './room.ts';

export const NAME = 'memory';
export const TITLE = 'the room';

export interface MemoryDeps {
	readonly desk: Desk;
	readonly log: Log;
	readonly room: Room;
	/** Whether results are edited into the progress message or posted as a new one. */
	readonly results: 'edited' | 'posted';
}

/** The only person in the room. */
const USER = { id: 'memory:ann', name: 'Ann', staff: false };

export function createMemory({ desk, log, room, results }: MemoryDeps): Platform {
	const conversations = new Conversations({
		desk,
		log,
		title: TITLE,
		messageAt: (ref) => messageIn(room, ref, results),
		editIntervalMs: 20,
		describeError: (error) => error as object,
	});
	const converse = (open: (show: Show, ref: MessageRef) => Promise<MessageView>) => {
		const ref = refOf(room.post(sentence(ONE_MOMENT)));
		return conversations.follow(
			ref,
			(show) => open(show, ref),
			async ({ text }) => void room.whispers.push(text),
		);
	};
	return {
		name: NAME,
		async start() {
			room.ears = {
				hear(line) {
					const { command, values: options } = readTyped(desk.commands, line);
					return converse(async (show, messageRef) => {
						return (await desk.open({ command, options, user: USER, messageRef }, show)).view;
					});
				},
				async press(message, button) {
					const outcome = await desk.press(button, USER);
					if (outcome.type === 'request') await converse(outcome.open);
					else if (outcome.type === 'form') room.forms.push(outcome);
					else {
						if (outcome.type === 'delete') room.messages.delete(message);
						room.whispers.push(outcome.text);
						room.offered = outcome.buttons ?? [];
					}
				},
			};
			return 'The room has a bot in it.';
		},
		follow: (ref, open) => conversations.follow(ref, open),
		async stop() {
			room.ears = undefined;
			await conversations.leaveAll();
		},
	};
}

function messageIn(room: Room, { message: id }: MessageRef, results: MemoryDeps['results']): RequestMessage {
	return {
		show: async (view) => room.edit(id, contentOf(view)),
		say: async (text) => room.edit(id, sentence(text)),
		delete: async () => void room.messages.delete(id),
		async call(view) {
			room.calls.push(`${view.asker?.name}: ${overNote(view)}.`);
		},
		...(results === 'posted' && {
			async post(view: MessageView, stands: (ref: MessageRef) => void) {
				if (view.waitedLong) room.calls.push(`${view.asker?.name}: ${overNote(view)}.`);
				stands(refOf(room.post(contentOf(view))));
			},
		}),
	};
}

const refOf = (message: string): MessageRef => ({ platform: NAME, channel: `${NAME}:room`, message });

const sentence = (text: string): Content => ({ text, pictures: [], buttons: [] });

const contentOf = (view: MessageView): Content => {
	const { figures, buttons } = view;
	return {
		text: [view.text, askerNote(view)].filter(Boolean).join('\n'),
		pictures: figures.map(({ filename }) => filename),
		buttons,
	};
};
