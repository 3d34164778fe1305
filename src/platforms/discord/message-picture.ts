/** Finds the picture in a message: a file, a picture in an embed, or a link; also in messages that it forwards. */
import type { Attachment, Message, MessageSnapshot } from 'discord.js';
import { isAddress, linkedPictures } from '../../chat/linked-pictures.ts';

type Part = Pick<Message | MessageSnapshot, 'attachments' | 'embeds' | 'content'>;

/** @returns a Discord attachment or a web address; undefined if there is neither */
export function pictureOf(message: Message): Attachment | string | undefined {
	const parts: readonly Part[] = [message, ...message.messageSnapshots.values()];
	const find = <T>(look: (part: Part) => T | undefined) => parts.map(look).find((found) => found !== undefined);
	return find(attached) ?? find(embedded) ?? find(({ content }) => linkedPictures(content ?? '')[0]);
}

const attached = ({ attachments }: Part) =>
	[...attachments.values()].find(({ contentType }) => contentType?.startsWith('image/'));

/** Prefers Discord's own copy to the original page's. */
const embedded = ({ embeds }: Part) =>
	embeds
		.flatMap(({ image, thumbnail }) => [image?.proxyURL, image?.url, thumbnail?.proxyURL, thumbnail?.url])
		.find(isAddress);
