/** Where a message of ours is, and every key to it: plain JSON that outlives the bot. */
import {
	ApplicationIntegrationType,
	type BaseInteraction,
	InteractionContextType,
	PermissionFlagsBits,
} from 'discord.js';
import { z } from 'zod';
import type { MessageRef } from '../../store/records.ts';
import { threadOf } from './threads.ts';

const discordMessageRef = z.object({
	platform: z.literal('discord'),
	/** "discord:" and the channel's id; of a thread, the channel that it belongs to, whose settings hold in it too. */
	channel: z.string().startsWith('discord:'),
	message: z.string(),
	/** The id of the thread that it is in; absent: it is in the channel itself. */
	within: z.string().optional(),
	/** The server's id, or "@me" in private, as addresses of messages have it. */
	guild: z.string(),
	applicationId: z.string(),
	/** Of the interaction that the message answers. A secret: whoever has it can write into the message. */
	token: z.string(),
	/** In milliseconds since 1970: from then on only the bot's own token opens the message. */
	tokenEndsAt: z.number(),
	/** How the interaction's token names the message: "@original", or the id of a follow-up. */
	name: z.string(),
	/** Only one person sees it, and the bot's own token does not open it. */
	ephemeral: z.boolean(),
	/** The bot's own token opens the message too, as far as is known. */
	botReaches: z.boolean(),
	/** The largest file that the channel takes, in bytes. */
	maxFileBytes: z.number(),
	/** The thread of its milestones, below it or below the message that it goes on from. */
	thread: z.string().optional(),
});

export type DiscordMessageRef = MessageRef & Readonly<z.infer<typeof discordMessageRef>>;

/** @throws {Error} when it was not made here */
export function readMessageRef(messageRef: MessageRef): DiscordMessageRef {
	return discordMessageRef.parse(messageRef);
}

/** The part that names a message in the store, of the place that an interaction comes from. */
export function messageKey(interaction: BaseInteraction, message: string) {
	const channel = threadOf(interaction)?.parent ?? interaction.channelId;
	return { platform: 'discord', channel: `discord:${channel}`, message } as const;
}

/** Where people's clients open it. */
export const messageAddress = (messageRef: DiscordMessageRef) =>
	`https://discord.com/channels/${messageRef.guild}/${channelIdOf(messageRef)}/${messageRef.message}`;

/** The channel, or thread, that Discord finds the message in. */
export const channelIdOf = ({ channel, within }: DiscordMessageRef) => within ?? channel.slice('discord:'.length);

export type Sent = Pick<DiscordMessageRef, 'message' | 'name' | 'ephemeral'>;

/** @param tokenLifetimeMs how long the interaction's token is trusted */
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
 * Whether the bot's own token can bring a picture into the channel, as far as the interaction tells. It does not tell whether
 * the bot is in a private thread, which opens to nobody else.
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
 * In a server that has installed the bot. Elsewhere it is an app that one person has brought along, or in private: there it
 * is no member, and nobody is staff.
 */
export function isAtHome(interaction: BaseInteraction): boolean {
	const installedIn = interaction.authorizingIntegrationOwners[ApplicationIntegrationType.GuildInstall];
	return interaction.guildId !== null && installedIn === interaction.guildId;
}
