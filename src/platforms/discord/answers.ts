/** The ways to answer an interaction: with a message for everyone, with one for a single person, or with a form. */
import {
	type APIMessage,
	type ButtonInteraction,
	type Interaction,
	type Message,
	MessageFlags,
	Routes,
} from 'discord.js';
import type { Conversations } from '../../chat/conversations.ts';
import type { MessageView, Show } from '../../desk/view.ts';
import { describeError, isAnswered, isOutOfReach, isPassing, isTooLate } from './api-errors.ts';
import { present } from './fit.ts';
import { type DiscordMessageRef, messageRefOf } from './message-ref.ts';
import { type Payload, sentence } from './render.ts';
import { RepeatedAcks } from './repeated-acks.ts';
import { SentMessage, type SentMessageDeps, sendFollowUp } from './sent-message.ts';

/** Every interaction but autocomplete. */
export type Answerable = Extract<Interaction, { deferReply: unknown }>;

export interface AnswersDeps extends SentMessageDeps {
	readonly conversations: Conversations;
	/** How long the token of an interaction is trusted. */
	readonly tokenLifetimeMs: number;
}

/** Stands below Discord's own sentence that the application did not respond. */
const LATE = 'The bot was slow to answer, but the request has arrived.';

export class Answers {
	readonly #deps: AnswersDeps;
	/** Not acknowledged in time: their tokens open nothing, so the bot's own must do. */
	readonly #late = new WeakSet<Answerable>();
	readonly #repeats = new RepeatedAcks();

	constructor(deps: AnswersDeps) {
		this.#deps = deps;
	}

	/**
	 * Acknowledges with a message that says "thinking". When it is too late for that, an answer for everyone is none the less
	 * given, in a message of the bot's own.
	 *
	 * @throws {DiscordAPIError} when an answer for one person comes too late: there is no other way to them
	 */
	async defer(interaction: Answerable, ephemeral: boolean): Promise<DiscordMessageRef> {
		const flags = ephemeral ? MessageFlags.Ephemeral : undefined;
		try {
			const send = () => interaction.deferReply({ flags, withResponse: true });
			const receipt = await this.#acknowledge(interaction, send);
			// The message itself only comes with an answer that is there at once, and its id is not promised.
			const id = receipt?.interaction.responseMessageId ?? (await this.#original(interaction)).id;
			return this.#messageRef(interaction, '@original', id, ephemeral);
		} catch (error) {
			if (ephemeral) throw error;
			this.#ifLate(interaction, error);
			return this.#sayInChannel(interaction, sentence(LATE));
		}
	}

	/** Acknowledges a press in the way that leaves all open. When it is too late for that, what it leads to is none the less done. */
	async deferUpdate(interaction: ButtonInteraction): Promise<void> {
		const send = () => interaction.deferUpdate();
		await this.#acknowledge(interaction, send).catch((error) => this.#ifLate(interaction, error));
	}

	/** A further message for everyone, after the interaction was acknowledged otherwise. */
	async sayMore(interaction: Answerable, payload: Payload): Promise<DiscordMessageRef> {
		if (this.#late.has(interaction)) return this.#sayInChannel(interaction, payload);
		const { id } = await sendFollowUp(this.#deps.rest, interaction, payload);
		return this.#messageRef(interaction, id, id, false);
	}

	/** The message that an interaction came from, once it is acknowledged by `deferUpdate`. */
	origin(interaction: Answerable, { id, flags }: Message): SentMessage {
		const ephemeral = flags.has(MessageFlags.Ephemeral);
		return new SentMessage(this.#deps, this.#messageRef(interaction, '@original', id, ephemeral));
	}

	/** Shows a request in that message, from its first state to its last. */
	converse(
		interaction: Answerable,
		messageRef: DiscordMessageRef,
		open: (show: Show) => Promise<MessageView>,
	): Promise<void> {
		const alone = async (view: MessageView) =>
			this.#tellAlone(interaction, messageRef, await present(view, messageRef.maxFileBytes));
		return this.#deps.conversations.follow(
			messageRef,
			open,
			this.#canTellAlone(interaction, messageRef) ? alone : undefined,
		);
	}

	/** Turns a public "thinking" into an answer for one person. */
	async refuse(interaction: Answerable, messageRef: DiscordMessageRef, text: string): Promise<void> {
		const message = new SentMessage(this.#deps, messageRef);
		if (this.#late.has(interaction)) return message.say(`${text}\nAsked by ${interaction.user.displayName}.`);
		if (messageRef.ephemeral) return message.say(text);
		await this.#tellAlone(interaction, messageRef, sentence(text));
		await message.delete();
	}

	/** What is private already stays where it is, and so does what has no other way to the person. */
	#canTellAlone(interaction: Answerable, { ephemeral }: DiscordMessageRef): boolean {
		return !ephemeral && !this.#late.has(interaction);
	}

	/**
	 * Discord shows a follow-up to a message that is still thinking as publicly as that one, so the answer is first put there;
	 * the public message is to be taken away afterwards.
	 */
	async #tellAlone(interaction: Answerable, messageRef: DiscordMessageRef, payload: Payload): Promise<void> {
		await new SentMessage(this.#deps, messageRef).edit(payload);
		await this.whisper(interaction, payload);
	}

	/** A message for one person, after the interaction was acknowledged; one that was not has no way to them. */
	async whisper(interaction: Answerable, payload: Payload): Promise<void> {
		if (this.#late.has(interaction)) return;
		await sendFollowUp(this.#deps.rest, interaction, payload, MessageFlags.Ephemeral);
	}

	/**
	 * Sends the first answer. When Discord's own answer to it is lost on the way, discord.js sends it once more, or else this
	 * does; and where that is refused, as the interaction is acknowledged already, it was the first that did it.
	 *
	 * @returns undefined when it has arrived, and what Discord answered was lost
	 */
	async #acknowledge<T>(interaction: Answerable, send: () => Promise<T>): Promise<T | undefined> {
		this.#repeats.watch(interaction.client.rest);
		for (let repeated = false; ; repeated = true) {
			try {
				return await send();
			} catch (error) {
				if (isAnswered(error) && (this.#repeats.take(interaction) || repeated)) {
					interaction.deferred = true;
					return undefined;
				}
				if (repeated || !isPassing(error)) throw error;
			}
		}
	}

	/** The message that says "thinking", when Discord has not said which it is. */
	async #original({ applicationId, token }: Answerable): Promise<APIMessage> {
		const route = Routes.webhookMessage(applicationId, token, '@original');
		return (await this.#deps.rest.get(route, { auth: false })) as APIMessage;
	}

	#messageRef(interaction: Answerable, name: string, message: string, ephemeral: boolean): DiscordMessageRef {
		const tokenLifetimeMs = this.#late.has(interaction) ? 0 : this.#deps.tokenLifetimeMs;
		return messageRefOf(interaction, { name, message, ephemeral }, tokenLifetimeMs);
	}

	#ifLate(interaction: Answerable, error: unknown): void {
		if (!isTooLate(error)) throw error;
		this.#late.add(interaction);
		this.#deps.log.warn({ error: describeError(error) }, 'an interaction could not be acknowledged in time');
	}

	/**
	 * Nothing but its text says there who has asked. Where the bot may not write, the answer has no message at all: it is under
	 * /queue show alone.
	 */
	async #sayInChannel(interaction: Answerable, { body, files }: Payload): Promise<DiscordMessageRef> {
		const { rest, log } = this.#deps;
		try {
			const { id } = (await rest.post(Routes.channelMessages(interaction.channelId!), { body, files })) as APIMessage;
			const messageRef = this.#messageRef(interaction, id, id, false);
			return { ...messageRef, botReaches: true };
		} catch (error) {
			if (!isOutOfReach(error)) throw error;
			log.warn({ error: describeError(error) }, 'and there is no channel to answer it in');
			return this.#messageRef(interaction, '@original', interaction.id, true);
		}
	}
}
