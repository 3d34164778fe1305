/** The ways to answer people: with a message for everyone that follows a request, or with one for that person alone. */
import type { OptionSpecs, RawOptions } from '../../../commands/lib/options.ts';
import type { Conversations } from '../../chat/conversations.ts';
import { ONE_MOMENT } from '../../chat/platform.ts';
import type { Desk } from '../../desk/desk.ts';
import type { MessageView, Show } from '../../desk/view.ts';
import type { MessageRef } from '../../store/records.ts';
import type { IncomingFiles } from '../../uploads/incoming.ts';
import { messageRefOf } from './message-ref.ts';
import type { People } from './people.ts';
import { postMessage, postResult } from './posted-result.ts';
import { type Payload, render, sentence } from './render.ts';
import type { SentMessageDeps } from './sent-message.ts';

/** Who did something, and where. */
export interface Scene {
	readonly userId: string;
	/** The person's name, if the event includes it. */
	readonly userName?: string;
	readonly channel: string;
	/** The message whose thread it happens in. */
	readonly thread?: string;
	/** Sends a message that only that person sees. */
	readonly whisper: (payload: Payload) => Promise<void>;
}

export interface AnswersDeps extends SentMessageDeps {
	readonly desk: Desk;
	readonly people: People;
	readonly conversations: Conversations;
}

type Open = (show: Show, messageRef: MessageRef) => Promise<MessageView>;

export class Answers {
	readonly #deps: AnswersDeps;

	constructor(deps: AnswersDeps) {
		this.#deps = deps;
	}

	/** Makes a request from a command's name and options; resolves when its last state is shown. */
	async ask(scene: Scene, command: string, given: RawOptions, files?: IncomingFiles): Promise<void> {
		const { desk, people } = this.#deps;
		const known = desk.commands.find(({ name }) => name === command);
		const [user, options] = await Promise.all([
			people.user(scene.userId, scene.userName),
			this.#withNames(known?.options ?? {}, given),
		]);
		if (known?.personal) {
			// The reference is only for the channel's settings; there is no message to resume later.
			const messageRef = { ...messageRefOf({ ...scene, ts: `private:${scene.userId}` }), private: true };
			const { view } = await desk.open({ command, options, files, user, messageRef });
			return this.#tellPrivately(scene, view);
		}
		return this.converse(
			scene,
			async (show, messageRef) => (await desk.open({ command, options, files, user, messageRef }, show)).view,
		);
	}

	/** Posts a new message and shows the request that `open` opens there, from its first state to its last. */
	async converse(scene: Scene, open: Open): Promise<void> {
		const where = await postMessage(this.#deps.api.posting, scene, sentence(ONE_MOMENT));
		const messageRef = messageRefOf(where);
		await this.#deps.conversations.follow(
			messageRef,
			(show) => open(show, messageRef),
			(view) => scene.whisper(render(view)),
		);
	}

	/** Resumes the message of a request that was open when the bot last stopped. */
	async follow(messageRef: MessageRef, open: (show: Show) => Promise<MessageView>): Promise<void> {
		if (messageRef.private === true) await open(() => {});
		else await this.#deps.conversations.follow(messageRef, open);
	}

	/** Adds names to people, whom forms, and often mentions, give only by id. */
	async #withNames(specs: OptionSpecs, options: RawOptions): Promise<RawOptions> {
		const entries = Object.entries(options).map(async ([option, value]) => {
			const id = specs[option]?.kind === 'user' ? /^slack:(\w+)$/.exec(String(value))?.[1] : undefined;
			return [option, id ? `${value}|${(await this.#deps.people.user(id)).name}` : value] as const;
		});
		return Object.fromEntries(await Promise.all(entries));
	}

	/** Ephemeral messages cannot include files (slackapi/node-slack-sdk#1790), so those go to the person's direct messages. */
	async #tellPrivately(scene: Scene, view: MessageView): Promise<void> {
		if (view.figures.length + (view.attachments?.length ?? 0) === 0) return scene.whisper(render(view));
		await postResult(this.#deps, { channel: scene.userId }, view);
	}
}
