/** Passes reports about a picture on to the report channel. */
import type { Log } from '../../base/log.ts';
import type { MessageRef } from '../../store/records.ts';
import type { Api } from './api.ts';
import { describeError } from './api-errors.ts';
import { whereabouts } from './message-ref.ts';
import { linked, sentence } from './render.ts';

interface ReportDeps {
	readonly api: Api;
	readonly log: Log;
}

/**
 * @param channel the id of the report channel
 * @param messageRef the picture's message, which the report links to if Slack provides a link
 */
export async function sendReport(
	{ api, log }: ReportDeps,
	channel: string,
	text: string,
	messageRef: MessageRef,
): Promise<void> {
	const { channel: there, ts } = whereabouts(messageRef);
	const asking = api.swift.chat.getPermalink({ channel: there, message_ts: ts });
	const { permalink } = await asking.catch((error: unknown) => {
		log.warn({ error: describeError(error) }, 'Slack did not provide a link to a reported message');
		return { permalink: undefined };
	});
	const payload = permalink === undefined ? sentence(text) : linked(text, permalink);
	await api.posting.chat.postMessage({ ...payload, channel, unfurl_links: false });
}
