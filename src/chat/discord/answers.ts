/** The ways to answer an interaction: with a message for everyone, with one for a single person, or with a form. */
import { type Interaction, type Message, MessageFlags, type REST } from 'discord.js';
import type { MessageView, Show } from '../surface.ts';
import type { Followed } from './followed.ts';
import { type DiscordPlace, placeOf } from './place.ts';
import type { Payload } from './render.ts';
import { type SentMessage, sendFollowUp } from './sent-message.ts';

/** Every interaction but autocomplete. */
export type Answerable = Extract<Interaction, { deferReply: unknown }>;

export interface AnswersParts {
	readonly rest: REST;
	readonly followed: Followed;
	/** How long the token of an interaction is trusted. */
	readonly tokenLifetimeMs: number;
}

export class Answers {
	readonly #parts: AnswersParts;

	constructor(parts: AnswersParts) {
		this.#parts = parts;
	}

	/** Acknowledges with a message that says "thinking". */
	async defer(interaction: Answerable, ephemeral: boolean): Promise<DiscordPlace> {
		const flags = ephemeral ? MessageFlags.Ephemeral : undefined;
		const { resource } = await interaction.deferReply({ flags, withResponse: true });
		return this.#place(interaction, '@original', resource!.message!.id, ephemeral);
	}

	/** A further message for everyone, after the interaction was acknowledged otherwise. */
	async sayMore(interaction: Answerable, payload: Payload): Promise<DiscordPlace> {
		const { id } = await sendFollowUp(this.#parts.rest, interaction, payload);
		return this.#place(interaction, id, id, false);
	}

	/** The message that an interaction came from, once it is acknowledged by `deferUpdate`. */
	origin(interaction: Answerable, { id, flags }: Message): SentMessage {
		const ephemeral = flags.has(MessageFlags.Ephemeral);
		return this.#parts.followed.message(this.#place(interaction, '@original', id, ephemeral));
	}

	/** Shows a request at a place, from its first state to its last. Never rejects. */
	converse(interaction: Answerable, place: DiscordPlace, open: (show: Show) => Promise<MessageView>): Promise<void> {
		return this.#parts.followed.follow(place, open, (payload) => this.refuse(interaction, place, payload));
	}

	/**
	 * Turns a public "thinking" into an answer for one person. Discord shows a follow-up to a message that is still
	 * thinking as publicly as that one, so the answer is first put there, and the public message taken away last.
	 */
	async refuse(interaction: Answerable, place: DiscordPlace, payload: Payload): Promise<void> {
		const message = this.#parts.followed.message(place);
		await message.edit(payload);
		if (place.ephemeral) return;
		await this.whisper(interaction, payload);
		await message.delete();
	}

	/** A message for one person, after the interaction was acknowledged. */
	async whisper(interaction: Answerable, payload: Payload): Promise<void> {
		await sendFollowUp(this.#parts.rest, interaction, payload, MessageFlags.Ephemeral);
	}

	#place(interaction: Answerable, name: string, message: string, ephemeral: boolean): DiscordPlace {
		return placeOf(interaction, { name, message, ephemeral }, this.#parts.tokenLifetimeMs);
	}
}
