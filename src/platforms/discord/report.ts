/** Reports of people on a picture, in the channel of those in charge. */
import { type REST, Routes } from 'discord.js';
import { type DiscordMessageRef, messageAddress } from './message-ref.ts';
import { sentence } from './render.ts';

/**
 * @param channel the id of the channel that reports go to
 * @throws {DiscordAPIError} when the bot may not write there
 */
export async function sendReport(
	rest: REST,
	channel: string,
	text: string,
	messageRef: DiscordMessageRef,
): Promise<void> {
	await rest.post(Routes.channelMessages(channel), { body: sentence(`${text}\n${messageAddress(messageRef)}`).body });
}
