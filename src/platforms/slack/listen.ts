/** Connects the events of Slack's client to the bot. Everything is acknowledged first, because Slack waits only 3 s. */
import type { App, BlockAction, ButtonAction, MessageShortcut, RespondFn, types, ViewSubmitAction } from '@slack/bolt';
import { UserError } from '../../../gpu/jobs/index.ts';
import { MESSAGE_MENU } from '../../chat/message-menu.ts';
import { OLD_FORM, sorry } from '../../chat/platform.ts';
import type { Desk } from '../../desk/desk.ts';
import type { Scene } from './answers.ts';
import type { Api } from './api.ts';
import { describeError, isOutOfReach, sentenceFor } from './api-errors.ts';
import type { Front } from './front.ts';
import { type MessageContent, shownFiles } from './message-picture.ts';
import { filesOf, messageRefOf, NO_FILES, type Whereabouts } from './message-ref.ts';
import { answerMessage, callbackId, takeShortcut } from './messages.ts';
import { FORM, remembered } from './modal.ts';
import { type Payload, sentence } from './render.ts';
import { Repeats } from './repeats.ts';
import { SentMessage, type SentMessageDeps } from './sent-message.ts';
import { NAME, TITLE } from './settings.ts';
import { typedAfterMain } from './slash-commands.ts';
import type { FormState } from './submission.ts';

export interface ListenDeps extends SentMessageDeps {
	readonly desk: Desk;
	readonly front: Front;
	readonly commandPrefix: string | undefined;
	/** The bot's user id. */
	readonly own: string | undefined;
	/** Returns the sentence that everybody gets while the bot is stopping; undefined otherwise. */
	readonly closed: () => string | undefined;
	/** Receives the promise of each event's handling. */
	readonly handling: (work: Promise<void>) => void;
}

interface MessageEvent extends MessageContent {
	readonly user?: string;
	readonly channel: string;
	readonly thread_ts?: string;
	readonly subtype?: string;
	readonly bot_id?: string;
}

export function listen(app: App, deps: ListenDeps): void {
	const { desk, front, api, own } = deps;
	const repeats = new Repeats();

	app.command(/./, async ({ command, ack, respond }) => {
		await ack();
		const { user_id: userId, user_name: userName, channel_id: channel, trigger_id: triggerId } = command;
		const scene = { userId, userName, channel, whisper: byResponse(respond) };
		handle(triggerId, scene, () => {
			const text = typedAfterMain(command.command, command.text ?? '', deps.commandPrefix);
			return front.command(scene, text, triggerId);
		});
	});

	app.action<BlockAction<ButtonAction>>({ type: 'block_actions', action_id: /^v1:/ }, async (press) => {
		await press.ack();
		const { user, channel, message, container, trigger_id: triggerId } = press.body;
		// For an ephemeral message only the container is given.
		const thread: string | undefined = message?.thread_ts ?? container.thread_ts;
		const where = { channel: channel?.id ?? container.channel_id, ts: container.message_ts, thread };
		const whisper = byResponse(press.respond, thread);
		const scene = { userId: user.id, userName: user.name, channel: where.channel, thread, whisper };
		const pressed = messageAt(where, (message ?? {}) as Partial<MessageContent>);
		handle(triggerId, scene, () => front.press(scene, press.action.action_id, pressed, triggerId));
	});

	app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: FORM }, async ({ body, view, ack }) => {
		const memory = remembered(view);
		const { channel, thread } = memory;
		const { id: userId, name: userName } = body.user;
		const scene = { userId, userName, channel, thread, whisper: byMessage(api, { channel, thread, userId }) };
		const submission = front.readForm(view.state.values as FormState, memory);
		if (!submission) {
			await ack();
			return handle(body.trigger_id, scene, () => scene.whisper(sentence(OLD_FORM)));
		}
		if (Object.keys(submission.errors).length > 0) {
			const errors = Object.entries(submission.errors).map(([field, error]) => [
				field,
				desk.hint({ platform: NAME, thread }, error),
			]);
			return ack({ response_action: 'errors', errors: Object.fromEntries(errors) });
		}
		await ack();
		handle(body.trigger_id, scene, () => front.submit(scene, memory, submission));
	});

	app.shortcut<MessageShortcut>({ type: 'message_action', callback_id: /./ }, async ({ shortcut, ack, respond }) => {
		await ack();
		const known = MESSAGE_MENU.find((entry) => callbackId(entry) === shortcut.callback_id);
		if (!known) return;
		const { user, channel, message, trigger_id: triggerId } = shortcut;
		const thread = message.thread_ts as string | undefined;
		const scene = {
			userId: user.id,
			userName: user.name,
			channel: channel.id,
			thread,
			whisper: byResponse(respond, thread),
		};
		const content = message as MessageContent;
		const sent = messageAt({ channel: channel.id, ts: content.ts, thread }, content);
		handle(triggerId, scene, () => takeShortcut(desk, front, scene, known, { message: content, triggerId, sent }));
	});

	app.event('app_mention', async ({ event }) => hear(event as unknown as MessageEvent));
	app.event('message', async ({ event }) => {
		// The app subscribes only to direct messages; of those, only what people write counts, with or without a file.
		const { subtype, channel_type } = event as { subtype?: string; channel_type?: string };
		if (channel_type === 'im' && (!subtype || subtype === 'file_share')) hear(event as unknown as MessageEvent);
	});

	function hear(event: MessageEvent): void {
		const { user: userId, channel, thread_ts: thread, ts, bot_id } = event;
		if (!userId || bot_id) return;
		const scene = { userId, channel, thread, whisper: byMessage(api, { channel, thread, userId }) };
		handle(`${channel}:${ts}`, scene, () => answerMessage(desk, front, scene, event, own));
	}

	/** A message with its files: those that it shows now, and those stored for its thread. */
	function messageAt(where: Whereabouts, content: Pick<MessageContent, 'blocks'>): SentMessage {
		const stored = desk.messageAt(messageRefOf(where));
		const { inThread } = stored ? filesOf(stored) : NO_FILES;
		return new SentMessage(deps, where, { shown: shownFiles(content), inThread });
	}

	/** @param name identifies the event, such as its trigger */
	function handle(name: string, scene: Scene, work: () => Promise<void>): void {
		if (repeats.isNew(name)) deps.handling(carryOut(deps, scene, work));
	}
}

/** Handles an event. Failures are reported to the person in one sentence, and logged if they are our fault. */
function carryOut({ desk, log, closed }: ListenDeps, scene: Scene, work: () => Promise<void>): Promise<void> {
	const { thread } = scene;
	const whole = async () => {
		const refusal = closed();
		if (refusal) return scene.whisper(sentence(refusal));
		try {
			await work();
		} catch (error) {
			const mistake =
				error instanceof UserError ? desk.hint({ platform: NAME, thread }, error.message) : sentenceFor(error);
			if (mistake === undefined) log.error({ error: describeError(error) }, 'an interaction failed');
			else if (!(error instanceof UserError)) log.warn({ error: describeError(error) }, mistake);
			await scene.whisper(sentence(mistake ?? sorry(TITLE)));
		}
	};
	const told = (error: unknown) => log.warn({ error: describeError(error) }, 'and nobody was told');
	return whole().catch(told);
}

/**
 * Whispers by the response_url of a command, press or shortcut, which also works where the bot is not a member. Slack allows
 * five uses; each event needs one whisper, and another after a failure.
 */
const byResponse = (respond: RespondFn, thread?: string) => async (payload: Payload) => {
	await respond({
		...payload,
		...(thread !== undefined && { thread_ts: thread }),
		blocks: [...payload.blocks] as types.KnownBlock[],
		response_type: 'ephemeral',
		replace_original: false,
	});
};

/**
 * Whispers for forms and messages, which have no response_url. In direct messages everything is private anyway, and they also
 * serve when the bot is not in the channel.
 */
function byMessage(api: Api, { channel, thread, userId }: { channel: string; thread?: string; userId: string }) {
	const inThread = thread === undefined ? {} : { thread_ts: thread };
	const direct = (payload: Payload, to: string, where = {}) =>
		api.swift.chat.postMessage({ ...payload, ...where, channel: to, unfurl_links: false, unfurl_media: false });
	return async (payload: Payload) => {
		if (channel.startsWith('D')) {
			await direct(payload, channel, inThread);
			return;
		}
		try {
			await api.swift.chat.postEphemeral({ ...payload, ...inThread, channel, user: userId });
		} catch (error) {
			if (!isOutOfReach(error)) throw error;
			await direct(payload, userId);
		}
	};
}
