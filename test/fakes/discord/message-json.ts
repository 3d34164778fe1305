/** What Discord sends of messages and their files. */
import { APPLICATION, CHANNEL, type FakeAttachment, type FakeMessage, GUILD } from './world.ts';
export function attachmentJson({ id, name, type, bytes, description, path }: FakeAttachment, origin: string): object {
	const url = `${origin}/cdn/${path}`;
	return { id, filename: name, content_type: type, size: bytes.length, url, proxy_url: url, description };
}

/** A forward refers to the message whose snapshot it shows. */
const forwardJson = ({ forwarded = [] }: FakeMessage) => ({
	message_reference: { type: 1, channel_id: CHANNEL, message_id: '1', guild_id: GUILD },
	message_snapshots: forwarded.map((message) => ({ message })),
});

/** A message as Discord sends it. */
export function json(message: FakeMessage, origin: string): object {
	const { author } = message;
	return {
		id: message.id,
		channel_id: message.thread ?? CHANNEL,
		author: author
			? { id: author.id, username: author.name, discriminator: '0', avatar: null }
			: { id: APPLICATION, username: 'flipside', discriminator: '0000', bot: true, avatar: null },
		content: message.content,
		timestamp: new Date().toISOString(),
		edited_timestamp: null,
		tts: false,
		mention_everyone: false,
		mentions: [],
		mention_roles: [],
		attachments: message.attachments.map((file) => attachmentJson(file, origin)),
		embeds: message.embeds ?? [],
		...(message.forwarded && forwardJson(message)),
		components: message.components,
		pinned: false,
		type: 20,
		flags: message.flags,
		application_id: APPLICATION,
		webhook_id: APPLICATION,
	};
}
