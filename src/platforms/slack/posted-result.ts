/**
 * A result as a new message. Pictures that an edit brings into a message may stay unseen, though Slack takes them
 * (slackapi/java-slack-sdk#1441); those of a new message are shown.
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

/** Nothing in a message unfolds into a preview; what is typed stays as it is. */
const PLAIN = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const;

/** More than these in one message are a wall; the sheets hold them all. */
export const MAX_PICTURES = 10;

const IN_THREAD = 'The pictures are in the thread of this message, as Slack does not show them here.';
const PERHAPS = 'Pictures that you do not see here are in the thread of this message.';
const NOT_TAKEN = 'Slack did not take the files that belong into the thread of this message.';

type Place = Pick<Whereabouts, 'channel' | 'thread'>;

/** Sends a new message. Sent to a person, it is in the channel that the two have. */
export async function postMessage(
	client: Api['posting'],
	{ channel, thread }: Place,
	payload: Payload,
): Promise<Whereabouts> {
	const inThread = thread !== undefined && { thread_ts: thread };
	const answer = await client.chat.postMessage({ ...payload, ...PLAIN, channel, ...inThread });
	return { channel: answer.channel ?? channel, ts: answer.ts as string, thread };
}

/** Changes a message of ours. */
export async function updateMessage(
	client: Api['ending'],
	{ channel, ts }: Whereabouts,
	payload: Payload,
): Promise<void> {
	const { parse, link_names } = PLAIN;
	await client.chat.update({ ...payload, parse, link_names, channel, ts });
}

/**
 * All of its pictures are in the message or in its thread, or the text says why not. Once the message is there, nothing that
 * goes wrong undoes it.
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
	// Whether its pictures are seen takes seconds to find out.
	stands(messageRefOf(posted.where, { shown, inThread: [] }));
	const { note, taken: inThread } = await completeInThread(deps, posted);
	if (inThread.length > 0) stands(messageRefOf(posted.where, { shown, inThread }));
	if (note !== undefined) {
		const payload = render(noted(posted.view, note), posted.pictures);
		await updateMessage(deps.api.ending, posted.where, payload).catch((error: unknown) => {
			deps.log.warn({ error: describeError(error) }, 'Slack did not take a note on its message');
		});
	}
}

interface Posted {
	readonly where: Whereabouts;
	/** As it is shown. */
	readonly view: MessageView;
	/** Those that its blocks name. */
	readonly pictures: readonly ShownPicture[];
	/** Those that Slack has taken, but not in blocks. */
	readonly left: readonly Figure[];
}

/** What a picture that Slack does not take leaves of a result: everything else. */
async function postShown({ api, log, uploads }: PostedResultDeps, place: Place, view: MessageView): Promise<Posted> {
	const post = (shown: MessageView, pictures: readonly ShownPicture[]) =>
		postMessage(api.ending, place, render(shown, pictures));
	const taken: ShownPicture[] = [];
	const take = async (figure: Figure) => {
		const picture = await uploadPicture(api.patient, figure);
		taken.push(picture);
		// One that takes too long is tried as it is.
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
		log.warn({ error: describeError(error) }, 'Slack does not show a picture in its message');
		const shown = noted(view, reason ?? IN_THREAD);
		return { where: await post(shown, []), view: shown, pictures: [], left: reason === undefined ? view.figures : [] };
	}
}

/**
 * Files that are no pictures go below the message, as no block can hold them; and so do pictures that people do not see in it.
 *
 * @returns the ids of those files, and what the message has to say of that
 */
async function completeInThread(
	deps: PostedResultDeps,
	{ where, view, pictures, left }: Posted,
): Promise<{ readonly taken: readonly string[]; readonly note?: string }> {
	const { api, log, uploads } = deps;
	const { channel, ts, thread = ts } = where;
	const shared = await Promise.all(pictures.map(({ file }) => isShared(api.patient, file, uploads))).catch(
		(error: unknown): boolean[] => {
			log.warn({ error: describeError(error) }, 'Slack does not say whether it shows the pictures of a message');
			return [];
		},
	);
	const unseen = shared.includes(false) ? view.figures : [];
	const files = [...left, ...unseen, ...(view.attachments ?? [])];
	if (files.length === 0) return { taken: [] };
	if (unseen.length > 0) log.warn({ channel, message: ts }, 'Slack took a message and does not show its pictures');
	try {
		const taken = await uploadIntoThread(api, { channel, thread }, files);
		return { taken, ...(unseen.length > 0 && { note: PERHAPS }) };
	} catch (error) {
		log.warn({ error: describeError(error) }, 'Slack did not take files into a thread');
		return { taken: [], note: sentenceFor(error) ?? NOT_TAKEN };
	}
}

const noted = (view: MessageView, note: string): MessageView => ({ ...view, text: `${view.text} ${note}` });

/** Without what the message itself cannot show, and with a note of it. */
export function withinLimits(view: MessageView): MessageView {
	const { figures, attachments = [] } = view;
	const hidden = figures.length - MAX_PICTURES;
	const names = attachments.map(({ filename }) => filename).join(', ');
	const notes = [
		hidden > 0 && `(${hidden} more pictures do not fit into one message.)`,
		names && `(In the thread: ${names}.)`,
	].filter(Boolean);
	return { ...view, text: [view.text, ...notes].join(' '), figures: figures.slice(0, MAX_PICTURES) };
}
