/** Reports of people on a picture, in the channel of those in charge. */
import type { MessageRef } from '../../store/records.ts';
import type { Api } from './api.ts';
import { whereabouts } from './message-ref.ts';
import { linked } from './render.ts';

/** @param channel the id of the channel that reports go to */
export async function sendReport(api: Api, channel: string, text: string, messageRef: MessageRef): Promise<void> {
	const { channel: there, ts } = whereabouts(messageRef);
	const { permalink } = await api.swift.chat.getPermalink({ channel: there, message_ts: ts });
	await api.posting.chat.postMessage({ ...linked(text, permalink as string), channel, unfurl_links: false });
}
