/**
 * A fake Slack on 127.0.0.1 for the real Bolt: its Web API, file servers, Socket Mode and signed requests, and what people do
 * in it. Built from the public documentation. The fields of `world` inject faults.
 */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './server.ts';
import { Sockets } from './sockets.ts';
import { fileJson } from './web-api.ts';
import {
	APP,
	BOT_USER,
	CHANNEL,
	type FakeBlock,
	type FakeButton,
	type FakeFile,
	type FakeMessage,
	type FakeUser,
	type FakeView,
	SIGNING_SECRET,
	STUDENT,
	TEAM,
	World,
} from './world.ts';

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;

/** Who does something and where, if not the student in the channel. */
export interface Whence {
	readonly user?: FakeUser;
	readonly channel?: string;
	readonly thread?: string;
}

/** @param port an earlier fake's, to start in its place; 0 for any free one */
export async function startFakeSlack(port = 0) {
	const world = new World();
	const server = createServer((request, response) => {
		answer(world, origin(), request, response).catch((error) => response.destroy(error));
	});
	const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const sockets = new Sockets(server, world);
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

	const common = { team_id: TEAM, team: { id: TEAM, domain: 'class' }, api_app_id: APP, token: 'legacy-token' };
	const trigger = () => `${world.newId('trigger')}-${Date.now()}`;
	const responseUrl = (user: FakeUser, channel: string) =>
		`${origin()}/response/${user.id}.${channel}.${world.newId('R')}`;
	let requestUrl: string | undefined;
	let latest: Parameters<typeof deliver> | undefined;

	/** Sends over the socket or, once a request URL is set, as a signed POST. */
	function deliver(type: 'slash_commands' | 'interactive' | 'events_api', payload: object) {
		latest = [type, payload];
		if (!requestUrl) return sockets.deliver(type, payload);
		return post(requestUrl, type, payload);
	}

	const interact = (user: FakeUser, channel: string, payload: object) => {
		const who = { id: user.id, name: user.name, team_id: TEAM };
		const urls = { trigger_id: trigger(), response_url: responseUrl(user, channel) };
		return deliver('interactive', { ...common, user: who, ...urls, ...payload });
	};

	/** A message as Slack includes it with a press or a shortcut. */
	const messageJson = ({ ts, text, blocks, thread }: FakeMessage) => {
		return { type: 'message', user: BOT_USER, ts, text, blocks, ...(thread && { thread_ts: thread }) };
	};

	return {
		world,
		sockets,
		origin,
		slackApiUrl: `${origin()}/api/`,

		/** From now on sends events as signed requests to this address. */
		useHttp(url: string): void {
			requestUrl = url;
		},

		/** Delivers the last event again, as after a stall (slackapi/bolt-js#2188). */
		repeat() {
			if (!latest) throw new Error('nothing has been delivered yet');
			return deliver(...latest);
		},

		/** Somebody sends a slash command. */
		slash(command: string, text = '', { user = STUDENT, channel = CHANNEL }: Whence = {}) {
			return deliver('slash_commands', {
				team_id: TEAM,
				team_domain: 'class',
				api_app_id: APP,
				token: 'legacy-token',
				channel_id: channel,
				channel_name: 'images',
				user_id: user.id,
				user_name: user.name,
				command,
				text,
				trigger_id: trigger(),
				response_url: responseUrl(user, channel),
			});
		},

		/** Somebody presses the button with this label. */
		press(message: FakeMessage, label: string, user = STUDENT) {
			const buttons = buttonsOf(message);
			const button = buttons.find((candidate) => candidate.text.text === label);
			if (!button) throw new Error(`no button "${label}" among ${buttons.map(({ text }) => text.text).join(', ')}`);
			return this.pressId(message, button.action_id, user);
		},

		/** Somebody presses a button that an older version of the bot left behind. */
		pressId(message: FakeMessage, id: string, user = STUDENT) {
			return interact(user, message.channel, {
				type: 'block_actions',
				container: {
					type: 'message',
					message_ts: message.ts,
					channel_id: message.channel,
					is_ephemeral: message.onlyTo !== undefined,
					...(message.thread && { thread_ts: message.thread }),
				},
				channel: { id: message.channel, name: 'images' },
				// For an ephemeral message Slack gives only its location.
				...(message.onlyTo === undefined && { message: messageJson(message) }),
				actions: [{ type: 'button', action_id: id, block_id: 'b', value: id, action_ts: world.newTs() }],
			});
		},

		/** Somebody submits a form. Resolves with the acknowledgement, such as errors at its fields. */
		submit(view: FakeView, fields: Record<string, FieldValue>, user = STUDENT) {
			const values = Object.fromEntries(
				view.blocks.flatMap((block) => {
					if (block.type !== 'input' || !block.block_id) return [];
					const value = fields[block.block_id];
					return [[block.block_id, { [block.element.action_id]: fieldState(block.element.type, value, origin()) }]];
				}),
			);
			const filled = { ...view, type: 'modal', state: { values } };
			return interact(user, CHANNEL, { type: 'view_submission', view: filled, response_urls: [] });
		},

		/** Somebody chooses an entry from a message's menu. */
		shortcut(
			callbackId: string,
			message: Readonly<Record<string, unknown>> & { ts: string },
			{ user = STUDENT, channel = CHANNEL }: Whence = {},
		) {
			return interact(user, channel, {
				type: 'message_action',
				callback_id: callbackId,
				channel: { id: channel, name: 'images' },
				message_ts: message.ts,
				message,
			});
		},

		messageJson,

		/** Somebody mentions the bot, perhaps with files. */
		mention(text: string, files: readonly FakeFile[] = [], { user = STUDENT, channel = CHANNEL, thread }: Whence = {}) {
			return this.event({ ...messageEvent(text, files, user, channel, thread), type: 'app_mention' });
		},

		/** Somebody sends the bot a direct message. */
		direct(text: string, files: readonly FakeFile[] = [], user = STUDENT) {
			const event = messageEvent(text, files, user, user.id.replace(/^U/, 'D'));
			const subtype = files.length > 0 ? { subtype: 'file_share' } : {};
			return this.event({ ...event, ...subtype, type: 'message', channel_type: 'im' });
		},

		event(event: object) {
			const authorizations = [{ team_id: TEAM, user_id: BOT_USER, is_bot: true }];
			const event_id = world.newId('Ev');
			return deliver('events_api', {
				...common,
				type: 'event_callback',
				event_id,
				event_time: 0,
				event,
				authorizations,
			});
		},

		/** @throws {Error} if the bot sent anything undocumented */
		async close(): Promise<void> {
			sockets.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			world.violations.end();
		},
	};

	function messageEvent(text: string, files: readonly FakeFile[], user: FakeUser, channel: string, thread?: string) {
		const shared = files.map((file) => fileJson(file, origin()));
		const inThread = thread && { thread_ts: thread };
		return { user: user.id, channel, ts: world.newTs(), text, files: shared, ...inThread };
	}
}

export const buttonsOf = ({ blocks }: Pick<FakeMessage, 'blocks'>): FakeButton[] =>
	blocks.flatMap(({ type, elements = [] }) => (type === 'actions' ? (elements as FakeButton[]) : []));

/** The rich text of a message, as people read it. */
export const wordsOf = ({ blocks }: { readonly blocks: readonly FakeBlock[] }): string =>
	blocks
		.filter(({ type }) => type === 'rich_text')
		.flatMap(({ elements = [] }) => elements.flatMap((section) => section.elements))
		.map(({ text, fallback, user_id }) => text ?? fallback ?? `<@${user_id}>`)
		.join('');

type FieldValue = string | readonly string[] | boolean | FakeFile;

/** The state of a field, as Slack sends it. */
function fieldState(type: string, value: FieldValue | undefined, origin: string): object {
	const option = (each: string) => ({ text: { type: 'plain_text', text: each }, value: each });
	switch (type) {
		case 'plain_text_input':
			return { type, value: value ?? null };
		case 'static_select':
			return { type, selected_option: typeof value === 'string' ? option(value) : null };
		case 'multi_static_select':
			return { type, selected_options: ((value ?? []) as string[]).map(option) };
		case 'checkboxes':
			return { type, selected_options: value ? [option('yes')] : [] };
		case 'users_select':
			return { type, selected_user: value ?? null };
		case 'file_input':
			return { type, files: value ? [fileJson(value as FakeFile, origin)] : [] };
		default:
			throw new Error(`the fake has no field ${type}`);
	}
}

export interface Signing {
	readonly secret?: string;
	/** The age that the request claims. */
	readonly ageSeconds?: number;
}

/** Posts a request signed like Slack's. Resolves with the status and the body, if that is JSON. */
export async function post(
	url: string,
	type: string,
	payload: object,
	{ secret = SIGNING_SECRET, ageSeconds = 0 }: Signing = {},
): Promise<Record<string, unknown>> {
	const isEvent = type === 'events_api';
	const form = type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
	const body = isEvent ? JSON.stringify(payload) : new URLSearchParams(form).toString();
	const time = Math.floor(Date.now() / 1000) - ageSeconds;
	const signature = `v0=${createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex')}`;
	const response = await fetch(url, {
		method: 'POST',
		headers: {
			'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
			'x-slack-signature': signature,
			'x-slack-request-timestamp': String(time),
		},
		body,
	});
	const text = await response.text();
	return { status: response.status, ...(text.startsWith('{') && JSON.parse(text)) };
}
