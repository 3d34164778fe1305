/** What the bot does with each interaction: commands, button presses, and typing. */
import {
	ApplicationIntegrationType,
	type AutocompleteInteraction,
	type ButtonInteraction,
	type ChatInputCommandInteraction,
	MessageFlags,
	PermissionFlagsBits,
	type REST,
} from 'discord.js';
import { UserError } from '../../../gpu/jobs.ts';
import type { Desk } from '../../desk.ts';
import type { Log } from '../../failures.ts';
import type { User } from '../../store.ts';
import { LiveMessage } from '../live-message.ts';
import type { MessageView, Show } from '../surface.ts';
import { describeError } from './api-errors.ts';
import { offers } from './autocomplete.ts';
import { type Payload, render, sentence } from './render.ts';
import { SentMessage, sendFollowUp } from './sent-message.ts';
import { readOptions } from './upload.ts';

export interface FrontParts {
	readonly desk: Desk;
	readonly log: Log;
	readonly rest: REST;
	/** Where attachments may come from: the origins of Discord's file servers. */
	readonly fileOrigins: ReadonlySet<string>;
	/** The least time between two edits of one message. */
	readonly editIntervalMs: number;
	/** How long the token of an interaction is trusted. */
	readonly tokenLifetimeMs: number;
}

type Answerable = ChatInputCommandInteraction | ButtonInteraction;

export const SORRY = 'Something went wrong between the bot and Discord; it is in the log. Try again.';
export const STOPPED = 'The bot was stopped before this was done. Run the command again when it is back.';

export class Front {
	readonly #parts: FrontParts;
	/** Requests whose last state is still to come. */
	readonly #open = new Map<LiveMessage<MessageView>, SentMessage>();

	constructor(parts: FrontParts) {
		this.#parts = parts;
	}

	/** A slash command: acknowledged before anything else, as Discord waits 3 s only. */
	async command(interaction: ChatInputCommandInteraction): Promise<void> {
		const { desk, fileOrigins } = this.#parts;
		const command = desk.commands.find(({ name }) => name === interaction.commandName);
		const message = await this.#defer(interaction, command?.personal === true);
		try {
			const options = await readOptions(interaction, desk.blobs, fileOrigins);
			const request = { command: interaction.commandName, options, user: userOf(interaction) };
			await this.#converse(interaction, message, async (show) => (await desk.open(request, show)).view);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			await this.#refuse(interaction, message, sentence(error.message));
		}
	}

	/**
	 * A button. What it leads to is known only after the desk was asked, so it is acknowledged in the way that leaves all
	 * open: the pressed message stays as it is, and may still be changed, deleted, or followed by another.
	 */
	async press(interaction: ButtonInteraction): Promise<void> {
		await interaction.deferUpdate();
		const outcome = await this.#parts.desk.press(interaction.customId, userOf(interaction));
		const pressed = this.#message(interaction, {
			name: '@original',
			messageId: interaction.message.id,
			ephemeral: interaction.message.flags.has(MessageFlags.Ephemeral),
		});
		switch (outcome.type) {
			case 'replace':
				return pressed.edit(render(outcome.view));
			case 'delete':
				return pressed.delete();
			case 'whisper':
				return this.#whisper(interaction, sentence(outcome.text));
			case 'request': {
				const { id } = await sendFollowUp(this.#parts.rest, interaction, sentence('One moment.'));
				const message = this.#message(interaction, { name: id, messageId: id, ephemeral: false });
				return this.#converse(interaction, message, outcome.open);
			}
		}
	}

	async autocomplete(interaction: AutocompleteInteraction): Promise<void> {
		const { desk } = this.#parts;
		const { name, value } = interaction.options.getFocused(true);
		const spec = desk.commands.find((command) => command.name === interaction.commandName)?.options[name];
		const found = spec ? await offers(spec, value, () => desk.models()) : [];
		await interaction.respond(found.map((offer) => ({ name: offer, value: offer })));
	}

	/** Tells everyone whose request is still open that it will not be finished. */
	async abandonAll(): Promise<void> {
		const open = [...this.#open];
		await Promise.allSettled(
			open.map(async ([live, message]) => {
				await live.abandon();
				await message.edit(sentence(STOPPED));
			}),
		);
	}

	async #defer(interaction: ChatInputCommandInteraction, ephemeral: boolean): Promise<SentMessage> {
		const flags = ephemeral ? MessageFlags.Ephemeral : undefined;
		const { resource } = await interaction.deferReply({ flags, withResponse: true });
		return this.#message(interaction, { name: '@original', messageId: resource!.message!.id, ephemeral });
	}

	#message(interaction: Answerable, which: { name: string; messageId: string; ephemeral: boolean }): SentMessage {
		const { rest, log, tokenLifetimeMs } = this.#parts;
		return new SentMessage(rest, log, {
			...which,
			applicationId: interaction.applicationId,
			interactionToken: interaction.token,
			tokenEndsAt: interaction.createdTimestamp + tokenLifetimeMs,
			channelId: interaction.channelId,
		});
	}

	/** Keeps `message` up to date from the request's first state to its last. */
	async #converse(
		interaction: Answerable,
		message: SentMessage,
		open: (show: Show) => Promise<MessageView>,
	): Promise<void> {
		const { log, editIntervalMs } = this.#parts;
		const live = new LiveMessage<MessageView>({
			write: (view) => message.edit(render(view)),
			intervalMs: editIntervalMs,
			onError: (error) => log.warn({ error: describeError(error) }, 'Discord did not take a progress edit'),
		});
		this.#open.set(live, message);
		try {
			const view = await open((state) => live.show(state));
			if (view.personal && !message.where.ephemeral) {
				await live.abandon();
				await this.#refuse(interaction, message, render(view));
			} else {
				await live.finish(view);
			}
		} catch (error) {
			log.error({ error: describeError(error) }, 'Discord did not take an answer');
			await message.edit(sentence(SORRY));
		} finally {
			this.#open.delete(live);
		}
	}

	/**
	 * Turns a public "thinking" into an answer for one person. Discord shows a follow-up to a message that is still
	 * thinking as publicly as that one, so the answer is first put there, and the public message taken away last.
	 */
	async #refuse(interaction: Answerable, message: SentMessage, payload: Payload): Promise<void> {
		await message.edit(payload);
		if (message.where.ephemeral) return;
		await this.#whisper(interaction, payload);
		await message.delete();
	}

	async #whisper(interaction: Answerable, payload: Payload): Promise<void> {
		await sendFollowUp(this.#parts.rest, interaction, payload, MessageFlags.Ephemeral);
	}
}

/**
 * Staff are those who may manage the server, in servers that have installed the bot: whoever uses it as an app of
 * their own is only a visitor, also in a server that belongs to them.
 */
function userOf(interaction: Answerable): User {
	const installedIn = interaction.authorizingIntegrationOwners[ApplicationIntegrationType.GuildInstall];
	const atHome = interaction.guildId !== null && installedIn === interaction.guildId;
	return {
		id: `discord:${interaction.user.id}`,
		name: interaction.user.displayName,
		staff: atHome && interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) === true,
	};
}
