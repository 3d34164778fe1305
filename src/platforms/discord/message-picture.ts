/** The picture that a message shows: a file, what an embed has, or what a link leads to; also of messages that it forwards. */
import type { Attachment, Message, MessageSnapshot } from 'discord.js';
import { isAddress, linkedPictures } from '../../chat/linked-pictures.ts';

type Part = Pick<Message | MessageSnapshot, 'attachments' | 'embeds' | 'content'>;

/** @returns a file of Discord's, or a web address; undefined where there is neither */
export function pictureOf(message: Message): Attachment | string | undefined {
	const parts: readonly Part[] = [message, ...message.messageSnapshots.values()];
	const find = <T>(look: (part: Part) => T | undefined) => parts.map(look).find((found) => found !== undefined);
	return find(attached) ?? find(embedded) ?? find(({ content }) => linkedPictures(content ?? '')[0]);
}

const attached = ({ attachments }: Part) =>
	[...attachments.values()].find(({ contentType }) => contentType?.startsWith('image/'));

/** Discord's own copy before that of whoever made the page. */
const embedded = ({ embeds }: Part) =>
	embeds
		.flatMap(({ image, thumbnail }) => [image?.proxyURL, image?.url, thumbnail?.proxyURL, thumbnail?.url])
		.find(isAddress);
