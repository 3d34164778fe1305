/** Passes reports about a picture on to the report channel. */
import { type REST, Routes } from 'discord.js';
import { type DiscordMessageRef, messageAddress } from './message-ref.ts';
import { sentence } from './render.ts';

/**
 * @param channel the id of the report channel
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
