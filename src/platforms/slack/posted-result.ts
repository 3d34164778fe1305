/**
 * Posts a result as a new message. Pictures that an edit adds to a message may not be displayed, although Slack accepts them
 * (slackapi/java-slack-sdk#1441); those of a new message are.
 */
import type { Figure } from '../../../commands/lib/command.ts';
import type { Log } from '../../base/log.ts';
import type { MessageView } from '../../desk/view.ts';
import type { MessageRef } from '../../store/records.ts';
import type { Api } from './api.ts';
import { describeError, isOutOfReach, isRefusedBlock, sentenceFor } from './api-errors.ts';
import { messageRefOf, type Whereabouts } from './message-ref.ts';
import {
	deleteFiles,
	isShared,
	lookedAt,
	type UploadTiming,
	uploadIntoThread,
	uploadPicture,
} from './outgoing-pictures.ts';
import { type Payload, render, type ShownPicture } from './render.ts';

export interface PostedResultDeps {
	readonly api: Api;
	readonly log: Log;
	readonly uploads: UploadTiming;
}

/** Links do not unfold into previews, and typed text stays as it is. */
const PLAIN = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const;

/** More pictures than this in one message are overwhelming; the sheets contain them all. */
export const MAX_PICTURES = 10;

const IN_THREAD = "The pictures are in this message's thread, because Slack does not show them here.";
const PERHAPS = "Pictures that you do not see here are in this message's thread.";
const NOT_TAKEN = "Slack did not accept the files that belong in this message's thread.";

type Place = Pick<Whereabouts, 'channel' | 'thread'>;

/** Posts a new message. One sent to a person goes to their direct messages with the bot. */
export async function postMessage(
	client: Api['posting'],
	{ channel, thread }: Place,
	payload: Payload,
): Promise<Whereabouts> {
	const inThread = thread !== undefined && { thread_ts: thread };
	const answer = await client.chat.postMessage({ ...payload, ...PLAIN, channel, ...inThread });
	return { channel: answer.channel ?? channel, ts: answer.ts as string, thread };
}

/** Changes one of our messages. */
export async function updateMessage(
	client: Api['ending'],
	{ channel, ts }: Whereabouts,
	payload: Payload,
): Promise<void> {
	const { parse, link_names } = PLAIN;
	await client.chat.update({ ...payload, parse, link_names, channel, ts });
}

/**
 * Posts a result with all its pictures in the message or in its thread; if that fails, the text says why. Once the message is
 * posted, later failures do not undo it.
 *
 * @param stands see RequestMessage.post
 */
export async function postResult(
	deps: PostedResultDeps,
	place: Place,
	result: MessageView,
	stands: (ref: MessageRef) => void = () => {},
): Promise<void> {
	const posted = await postShown(deps, place, withinLimits(result));
	const shown = posted.pictures.map(({ file }) => file);
	// It takes seconds to find out whether its pictures are displayed.
	stands(messageRefOf(posted.where, { shown, inThread: [] }));
	const { note, taken: inThread } = await completeInThread(deps, posted);
	if (inThread.length > 0) stands(messageRefOf(posted.where, { shown, inThread }));
	if (note !== undefined) {
		const payload = render(noted(posted.view, note), posted.pictures);
		await updateMessage(deps.api.ending, posted.where, payload).catch((error: unknown) => {
			const { requestId: request } = result;
			deps.log.warn({ request, error: describeError(error) }, 'Slack did not accept a note on its message');
		});
	}
}

interface Posted {
	readonly where: Whereabouts;
	/** The view as posted. */
	readonly view: MessageView;
	/** The pictures in its blocks. */
	readonly pictures: readonly ShownPicture[];
	/** Pictures that Slack refused in blocks. */
	readonly left: readonly Figure[];
}

/** Posts the message. If Slack does not accept a picture, everything else is posted. */
async function postShown({ api, log, uploads }: PostedResultDeps, place: Place, view: MessageView): Promise<Posted> {
	const post = (shown: MessageView, pictures: readonly ShownPicture[]) =>
		postMessage(api.ending, place, render(shown, pictures));
	const taken: ShownPicture[] = [];
	const take = async (figure: Figure) => {
		const picture = await uploadPicture(api.patient, figure);
		taken.push(picture);
		// A picture whose check takes too long is tried anyway.
		await lookedAt(api.patient, picture.file, uploads);
		return picture;
	};
	try {
		const pictures = await Promise.all(view.figures.map(take));
		return { where: await post(view, pictures), view, pictures, left: [] };
	} catch (error) {
		await deleteFiles(
			api,
			log,
			taken.map(({ file }) => file),
		);
		const reason = sentenceFor(error);
		const isRefused = reason !== undefined || isRefusedBlock(error);
		if (view.figures.length === 0 || isOutOfReach(error) || !isRefused) throw error;
		const { requestId: request } = view;
		log.warn({ request, error: describeError(error) }, 'Slack does not show a picture in its message');
		const shown = noted(view, reason ?? IN_THREAD);
		return { where: await post(shown, []), view: shown, pictures: [], left: reason === undefined ? view.figures : [] };
	}
}

/**
 * Posts in the thread what the message does not show: files other than pictures, which no block can hold, and pictures that were
 * not displayed.
 *
 * @returns the ids of those files, and a note for the message
 */
async function completeInThread(
	deps: PostedResultDeps,
	{ where, view, pictures, left }: Posted,
): Promise<{ readonly taken: readonly string[]; readonly note?: string }> {
	const { api, log, uploads } = deps;
	const { requestId: request } = view;
	const { channel, ts, thread = ts } = where;
	const shared = await Promise.all(pictures.map(({ file }) => isShared(api.patient, file, uploads))).catch(
		(error: unknown): boolean[] => {
			const details = { request, error: describeError(error) };
			log.warn(details, 'Slack does not say whether it shows the pictures of a message');
			return [];
		},
	);
	const unseen = shared.includes(false) ? view.figures : [];
	const files = [...left, ...unseen, ...(view.attachments ?? [])];
	if (files.length === 0) return { taken: [] };
	if (unseen.length > 0)
		log.warn({ request, channel, message: ts }, 'Slack accepted a message but does not show its pictures');
	try {
		const taken = await uploadIntoThread(api, { channel, thread }, files);
		return { taken, ...(unseen.length > 0 && { note: PERHAPS }) };
	} catch (error) {
		log.warn({ request, error: describeError(error) }, 'Slack did not accept files in a thread');
		return { taken: [], note: sentenceFor(error) ?? NOT_TAKEN };
	}
}

const noted = (view: MessageView, note: string): MessageView => ({ ...view, text: `${view.text} ${note}` });

/** The view without what the message itself cannot show, and with a note about that. */
export function withinLimits(view: MessageView): MessageView {
	const { figures, attachments = [] } = view;
	const hidden = figures.length - MAX_PICTURES;
	const names = attachments.map(({ filename }) => filename).join(', ');
	const notes = [
		hidden > 0 && `(${hidden} more pictures do not fit in one message.)`,
		names && `(In the thread: ${names}.)`,
	].filter(Boolean);
	return { ...view, text: [view.text, ...notes].join(' '), figures: figures.slice(0, MAX_PICTURES) };
}
