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
	/** How long an interaction's token is trusted, in milliseconds. */
	readonly tokenLifetimeMs: number;
}

/** Shown below Discord's own notice that the application did not respond. */
const LATE = 'The bot was slow to answer, but the request has arrived.';

export class Answers {
	readonly #deps: AnswersDeps;
	/** Interactions not acknowledged in time: their tokens are useless, so the bot's own is used. */
	readonly #late = new WeakSet<Answerable>();
	readonly #repeats = new RepeatedAcks();

	constructor(deps: AnswersDeps) {
		this.#deps = deps;
	}

	/**
	 * Acknowledges with a message that says "thinking". If it is too late for that, an answer for everyone is posted in a message
	 * of the bot's own instead.
	 *
	 * @throws {DiscordAPIError} when it is too late for an answer to one person, since there is no other way to reach them
	 */
	async defer(interaction: Answerable, ephemeral: boolean): Promise<DiscordMessageRef> {
		const flags = ephemeral ? MessageFlags.Ephemeral : undefined;
		try {
			const send = () => interaction.deferReply({ flags, withResponse: true });
			const receipt = await this.#acknowledge(interaction, send);
			// The receipt includes the message only if the answer is immediate, and its id is not guaranteed.
			const id = receipt?.interaction.responseMessageId ?? (await this.#original(interaction)).id;
			return this.#messageRef(interaction, '@original', id, ephemeral);
		} catch (error) {
			if (ephemeral) throw error;
			this.#ifLate(interaction, error);
			return this.#sayInChannel(interaction, sentence(LATE));
		}
	}

	/** Acknowledges a press without committing to any kind of answer. If it is too late for that, the press still takes effect. */
	async deferUpdate(interaction: ButtonInteraction): Promise<void> {
		const send = () => interaction.deferUpdate();
		await this.#acknowledge(interaction, send).catch((error) => this.#ifLate(interaction, error));
	}

	/** Posts a further message for everyone, after the interaction has been acknowledged in another way. */
	async sayMore(interaction: Answerable, payload: Payload): Promise<DiscordMessageRef> {
		if (this.#late.has(interaction)) return this.#sayInChannel(interaction, payload);
		const { id } = await sendFollowUp(this.#deps.rest, interaction, payload);
		return this.#messageRef(interaction, id, id, false);
	}

	/** The message that an interaction came from, once `deferUpdate` has acknowledged it. */
	origin(interaction: Answerable, { id, flags }: Message): SentMessage {
		const ephemeral = flags.has(MessageFlags.Ephemeral);
		return new SentMessage(this.#deps, this.#messageRef(interaction, '@original', id, ephemeral));
	}

	/** Shows a request in a message, from its first state to its last. */
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

	/** An answer that is already private stays where it is, as does one that cannot reach the person in another way. */
	#canTellAlone(interaction: Answerable, { ephemeral }: DiscordMessageRef): boolean {
		return !ephemeral && !this.#late.has(interaction);
	}

	/**
	 * A follow-up to a message that still says "thinking" is as public as that message, so the answer is first put there. The
	 * caller deletes the public message afterwards.
	 */
	async #tellAlone(interaction: Answerable, messageRef: DiscordMessageRef, payload: Payload): Promise<void> {
		await new SentMessage(this.#deps, messageRef).edit(payload);
		await this.whisper(interaction, payload);
	}

	/** Sends a message to one person, after the interaction was acknowledged. If it was not, there is no way to reach them. */
	async whisper(interaction: Answerable, payload: Payload): Promise<void> {
		if (this.#late.has(interaction)) return;
		await sendFollowUp(this.#deps.rest, interaction, payload, MessageFlags.Ephemeral);
	}

	/**
	 * Sends the first answer. If Discord's response to it is lost, discord.js sends it again, or else this does. If the repeat is
	 * refused because the interaction is already acknowledged, the first one succeeded.
	 *
	 * @returns undefined when the answer arrived but Discord's response was lost
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

	/** Looks up the message that says "thinking", if Discord's response did not identify it. */
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
	 * Posts in the channel, where only the text says who asked. If the bot may not write there, the answer has no message at all
	 * and can only be seen with /queue show.
	 */
	async #sayInChannel(interaction: Answerable, { body, files }: Payload): Promise<DiscordMessageRef> {
		const { rest, log } = this.#deps;
		try {
			const { id } = (await rest.post(Routes.channelMessages(interaction.channelId!), { body, files })) as APIMessage;
			const messageRef = this.#messageRef(interaction, id, id, false);
			return { ...messageRef, botReaches: true };
		} catch (error) {
			if (!isOutOfReach(error)) throw error;
			log.warn({ error: describeError(error) }, 'and there is no channel to answer in');
			return this.#messageRef(interaction, '@original', interaction.id, true);
		}
	}
}
