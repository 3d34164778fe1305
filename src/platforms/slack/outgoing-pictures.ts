/** Pictures on their way into Slack: uploaded, waited for until Slack has looked at them, and deleted when they have served. */
import { setTimeout as delay } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import sharp from 'sharp';
import type { Attachment, Figure } from '../../../commands/lib/command.ts';
import type { Log } from '../../base/log.ts';
import type { Api } from './api.ts';
import { describeError } from './api-errors.ts';
import type { ShownPicture } from './render.ts';

type WebClient = webApi.WebClient;

export interface UploadTiming {
	/** The wait before the second look at a file that Slack is still checking; it grows by half each time. */
	readonly pollMs: number;
	/** It is waited for no longer than this. */
	readonly readyMs: number;
}

/**
 * Uploads without a channel: the file belongs to the bot, and nobody is told. Blocks may name it once Slack has looked at it;
 * named earlier it is refused as invalid_blocks (slackapi/python-slack-sdk#1658). The block tells those who cannot see it what
 * it shows; with such a text of its own a file was taken and not shared (slackapi/python-slack-sdk#1818).
 */
export async function uploadPicture(client: WebClient, figure: Figure): Promise<ShownPicture> {
	const { bytes, filename } = await showable(figure);
	const [file] = idsOf(await client.files.uploadV2({ file: bytes, filename, title: filename }));
	if (!file) throw new Error('Slack took a file and gave it no id');
	return { file, alt: figure.alt };
}

/** @param answer to an upload: of each channel, or of none, an answer with its files */
function idsOf(answer: object): string[] {
	const { files } = answer as { readonly files: readonly { readonly files?: readonly { readonly id?: string }[] }[] };
	return files.flatMap((each) => each.files ?? []).flatMap(({ id }) => id ?? []);
}

/**
 * Waits until Slack has found out what a file is.
 *
 * @returns false when the time was up before
 */
export function lookedAt(
	client: WebClient,
	file: string,
	{ pollMs, readyMs }: UploadTiming,
	signal?: AbortSignal,
): Promise<boolean> {
	return comes(client, file, ({ mimetype }) => Boolean(mimetype), { pollMs, waitMs: readyMs, signal });
}

/**
 * Waits until a file is in a message: a block that names it may be taken and show nothing.
 *
 * @returns false when the time was up before
 */
export function isShared(client: WebClient, file: string, { pollMs, readyMs }: UploadTiming): Promise<boolean> {
	const isThere = ({ shares = {} }: KnownFile) =>
		[shares.public, shares.private].some((channels = {}) => Object.values(channels).some(({ length }) => length > 0));
	return comes(client, file, isThere, { pollMs, waitMs: readyMs / 3 });
}

type KnownFile = NonNullable<webApi.FilesInfoResponse['file']>;

/** Asks about a file again and again. */
async function comes(
	client: WebClient,
	file: string,
	has: (known: KnownFile) => boolean,
	{ pollMs, waitMs, signal }: { readonly pollMs: number; readonly waitMs: number; readonly signal?: AbortSignal },
): Promise<boolean> {
	const end = performance.now() + waitMs;
	for (let wait = pollMs; performance.now() < end; wait *= 1.5) {
		const { file: known } = await client.files.info({ file });
		if (known && has(known)) return true;
		await delay(wait, undefined, { signal });
	}
	return false;
}

/** A file left over is only untidy: what goes wrong is logged. */
export async function deleteFiles({ swift }: Pick<Api, 'swift'>, log: Log, files: readonly string[]): Promise<void> {
	const gone = await Promise.allSettled(files.map((file) => swift.files.delete({ file })));
	for (const each of gone) {
		if (each.status === 'rejected') log.debug({ error: describeError(each.reason) }, 'a file stays in Slack');
	}
}

/**
 * Uploads into a thread, where the files make a message of their own that cannot be changed later.
 *
 * @returns their ids
 */
export async function uploadIntoThread(
	{ patient }: Api,
	{ channel, thread }: { readonly channel: string; readonly thread: string },
	files: readonly (Figure | Attachment)[],
): Promise<readonly string[]> {
	const file_uploads = files.map((file) => ({
		file: buffer(file.bytes),
		filename: file.filename,
		title: file.filename,
	}));
	return idsOf(await patient.files.uploadV2({ channel_id: channel, thread_ts: thread, file_uploads }));
}

/** Slack's picture blocks take PNG, JPEG and GIF. */
async function showable({ bytes, type, filename }: Figure): Promise<{ bytes: Buffer; filename: string }> {
	if (type !== 'image/webp') return { bytes: buffer(bytes), filename };
	const { pages = 1 } = await sharp(bytes).metadata();
	const picture = sharp(bytes, { animated: true });
	const [converted, ending] = pages > 1 ? [picture.gif(), 'gif'] : [picture.png(), 'png'];
	return { bytes: await converted.toBuffer(), filename: filename.replace(/\.webp$/i, `.${ending}`) };
}

/** The client takes a Buffer for the bytes of a file, and any other array for JSON. */
const buffer = ({ buffer: memory, byteOffset, byteLength }: Uint8Array) => Buffer.from(memory, byteOffset, byteLength);
