/** Requests on their way: each has a message in Slack that follows it from its first state to its last. */
import type { OptionSpecs, RawOptions } from '../../../commands/options.ts';
import { LiveMessage } from '../../chat/live-message.ts';
import type { Desk } from '../../desk/desk.ts';
import { type MessageView, RESTARTING, type Show } from '../../desk/view.ts';
import type { MessageRef } from '../../store/records.ts';
import { describeError } from './api-errors.ts';
import type { People } from './people.ts';
import { type Payload, render } from './render.ts';
import { SentMessage, type SentMessageDeps, type Whereabouts } from './sent-message.ts';

/** Somebody who does something somewhere. */
export interface Scene {
	readonly userId: string;
	/** What the platform calls them along with the event. */
	readonly userName?: string;
	readonly channel: string;
	/** The message in whose thread it happens. */
	readonly thread?: string;
	/** Says something that only that person sees. */
	readonly whisper: (payload: Payload) => Promise<void>;
}

export interface ConversationDeps extends SentMessageDeps {
	readonly desk: Desk;
	readonly people: People;
	/** The least time between two edits of one message. */
	readonly editIntervalMs: number;
}

export const SORRY = 'Something went wrong between the bot and Slack; it is in the log. Try again.';
const ONE_MOMENT = 'One moment.';

type Open = (show: Show, messageRef: MessageRef) => Promise<MessageView>;

export class Conversations {
	readonly #deps: ConversationDeps;
	/** Requests whose last state is still to come. */
	readonly #open = new Map<LiveMessage<MessageView>, SentMessage>();

	constructor(deps: ConversationDeps) {
		this.#deps = deps;
	}

	/** A request of a command's name and options; resolves when its last state has arrived. */
	async ask(scene: Scene, command: string, given: RawOptions): Promise<void> {
		const { desk, people } = this.#deps;
		const known = desk.commands.find(({ name }) => name === command);
		const [user, options] = await Promise.all([
			people.user(scene.userId, scene.userName),
			this.#withNames(known?.options ?? {}, given),
		]);
		if (known?.personal) {
			// The settings of the channel count; a message that could be taken up later there is not.
			const messageRef = { ...messageRefOf({ ...scene, ts: `private:${scene.userId}` }), private: true };
			const { view } = await desk.open({ command, options, user, messageRef });
			return this.#tellPrivately(scene, view);
		}
		return this.begin(
			scene,
			async (show, messageRef) => (await desk.open({ command, options, user, messageRef }, show)).view,
		);
	}

	/** Sends a new message for a request that `open` opens. */
	async begin(scene: Scene, open: Open): Promise<void> {
		const message = await SentMessage.post(this.#deps, scene, ONE_MOMENT);
		await this.#converse(message, (show) => open(show, messageRefOf(message.where)), scene);
	}

	/** Takes up the message of a request that was open when the bot was last stopped. */
	async follow(messageRef: MessageRef, open: (show: Show) => Promise<MessageView>): Promise<void> {
		if (messageRef.private === true) await open(() => {});
		else await this.#converse(new SentMessage(this.#deps, whereabouts(messageRef)), open);
	}

	/** Tells everyone whose request is still open that it goes on later. */
	async abandonAll(): Promise<void> {
		const open = [...this.#open];
		await Promise.allSettled(
			open.map(async ([live, message]) => {
				await live.abandon();
				await message.say(RESTARTING);
			}),
		);
	}

	async #converse(message: SentMessage, open: (show: Show) => Promise<MessageView>, scene?: Scene): Promise<void> {
		const { log, editIntervalMs } = this.#deps;
		let latest: MessageView | undefined;
		const live = new LiveMessage<MessageView>({
			write: (view) => message.show(view, () => latest && live.show(latest)),
			intervalMs: editIntervalMs,
			onError: (error) => log.warn({ error: describeError(error) }, 'Slack did not take a progress edit'),
		});
		this.#open.set(live, message);
		try {
			const view = await open((state) => {
				// The last state comes back from `open`: pictures are uploaded once.
				if (state.state !== 'waiting' && state.state !== 'running') return;
				latest = state;
				live.show(state);
			});
			if (scene && view.personal) {
				await live.abandon();
				await scene.whisper(render(view));
				await message.delete();
			} else {
				await live.finish(view);
			}
		} catch (error) {
			log.error({ error: describeError(error) }, 'Slack did not take an answer');
			await message.say(SORRY);
		} finally {
			this.#open.delete(live);
		}
	}

	/** People come from forms, and often from mentions, by their ids alone. */
	async #withNames(specs: OptionSpecs, options: RawOptions): Promise<RawOptions> {
		const entries = Object.entries(options).map(async ([option, value]) => {
			const id = specs[option]?.kind === 'user' ? /^slack:(\w+)$/.exec(String(value))?.[1] : undefined;
			return [option, id ? `${value}|${(await this.#deps.people.user(id)).name}` : value] as const;
		});
		return Object.fromEntries(await Promise.all(entries));
	}

	/** Private messages cannot carry files (slackapi/node-slack-sdk#1790): pictures go into the channel of the two. */
	async #tellPrivately(scene: Scene, view: MessageView): Promise<void> {
		if (view.figures.length === 0) return scene.whisper(render(view));
		const message = await SentMessage.post(this.#deps, { channel: scene.userId }, ONE_MOMENT);
		await message.show(view);
	}
}

const CHANNEL = 'slack:';

export function messageRefOf({ channel, ts, thread }: Whereabouts): MessageRef {
	return { platform: 'slack', channel: CHANNEL + channel, message: ts, ...(thread !== undefined && { thread }) };
}

export function whereabouts({ channel, message, thread }: MessageRef): Whereabouts {
	const inThread = typeof thread === 'string' && { thread };
	return { channel: channel.slice(CHANNEL.length), ts: message, ...inThread };
}
