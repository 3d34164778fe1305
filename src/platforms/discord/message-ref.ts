/** Where one of our messages is, with all its keys: plain JSON that outlives the bot. */
import {
	ApplicationIntegrationType,
	type BaseInteraction,
	InteractionContextType,
	PermissionFlagsBits,
} from 'discord.js';
import * as z from 'zod';
import type { MessageRef } from '../../store/records.ts';
import { threadOf } from './threads.ts';

const discordMessageRef = z.object({
	platform: z.literal('discord'),
	/** "discord:" and the channel's id. For a thread, that of its parent channel, whose settings apply in it too. */
	channel: z.string().startsWith('discord:'),
	message: z.string(),
	/** The id of the thread that the message is in; absent if it is in the channel itself. */
	within: z.string().optional(),
	/** The server's id, or "@me" in private, as in message links. */
	guild: z.string(),
	applicationId: z.string(),
	/** The token of the interaction that the message answers. A secret: anyone who has it can edit the message. */
	token: z.string(),
	/** When the token expires, in milliseconds since 1970; from then on only the bot's own token can edit the message. */
	tokenEndsAt: z.number(),
	/** The message's name with the interaction's token: "@original", or the id of a follow-up. */
	name: z.string(),
	/** Only one person sees it, and the bot's own token cannot edit it. */
	ephemeral: z.boolean(),
	/** The bot's own token can edit the message too, as far as is known. */
	botReaches: z.boolean(),
	/** The largest file that the channel accepts, in bytes. */
	maxFileBytes: z.number(),
	/** The thread of its milestones, below it or below the message that it continues. */
	thread: z.string().optional(),
});

export type DiscordMessageRef = MessageRef & Readonly<z.infer<typeof discordMessageRef>>;

/** @throws {Error} when the reference is not one of Discord's */
export function readMessageRef(messageRef: MessageRef): DiscordMessageRef {
	return discordMessageRef.parse(messageRef);
}

/** The store's key for a message in the place that an interaction comes from. */
export function messageKey(interaction: BaseInteraction, message: string) {
	const channel = threadOf(interaction)?.parent ?? interaction.channelId;
	return { platform: 'discord', channel: `discord:${channel}`, message } as const;
}

/** The address that opens the message in people's clients. */
export const messageAddress = (messageRef: DiscordMessageRef) =>
	`https://discord.com/channels/${messageRef.guild}/${channelIdOf(messageRef)}/${messageRef.message}`;

/** The id of the channel or thread that the message is in. */
export const channelIdOf = ({ channel, within }: DiscordMessageRef) => within ?? channel.slice('discord:'.length);

export type Sent = Pick<DiscordMessageRef, 'message' | 'name' | 'ephemeral'>;

/** @param tokenLifetimeMs how long the interaction's token is trusted, in milliseconds */
export function messageRefOf(interaction: BaseInteraction, sent: Sent, tokenLifetimeMs: number): DiscordMessageRef {
	const thread = threadOf(interaction);
	return {
		...messageKey(interaction, sent.message),
		...(thread?.parent !== undefined && { within: thread.id }),
		guild: interaction.guildId ?? '@me',
		applicationId: interaction.applicationId,
		token: interaction.token,
		tokenEndsAt: interaction.createdTimestamp + tokenLifetimeMs,
		name: sent.name,
		ephemeral: sent.ephemeral,
		botReaches: botReaches(interaction),
		maxFileBytes: interaction.attachmentSizeLimit,
	};
}

/**
 * Whether the bot's own token can post a picture in the channel, as far as the interaction shows. It does not show whether the
 * bot is a member of a private thread, which is closed to everyone else.
 */
function botReaches(interaction: BaseInteraction): boolean {
	if (interaction.context === InteractionContextType.BotDM) return true;
	if (!isAtHome(interaction)) return false;
	const { ViewChannel, AttachFiles, SendMessagesInThreads } = PermissionFlagsBits;
	const needed = [ViewChannel, AttachFiles];
	if (threadOf(interaction)) needed.push(SendMessagesInThreads);
	return interaction.appPermissions.has(needed);
}

/**
 * Whether the interaction is in a server that has installed the bot. Elsewhere the bot is one person's own app, or in a private
 * conversation; there it is not a member, and nobody is staff.
 */
export function isAtHome(interaction: BaseInteraction): boolean {
	const installedIn = interaction.authorizingIntegrationOwners[ApplicationIntegrationType.GuildInstall];
	return interaction.guildId !== null && installedIn === interaction.guildId;
}
