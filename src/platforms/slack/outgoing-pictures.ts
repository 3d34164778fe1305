/** Uploads pictures to Slack, waits until Slack has checked them, and deletes them when they are no longer needed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import type { Attachment, Figure } from '../../../commands/lib/command.ts';
import { sharp } from '../../../gpu/tensor/sharp.ts';
import type { Log } from '../../base/log.ts';
import type { Api } from './api.ts';
import { describeError } from './api-errors.ts';
import type { ShownPicture } from './render.ts';

type WebClient = webApi.WebClient;

export interface UploadTiming {
	/** The first wait between two looks at a file that Slack is still checking, in milliseconds; it grows by half each time. */
	readonly pollMs: number;
	/** The longest wait for a file, in milliseconds. */
	readonly readyMs: number;
}

/**
 * Uploads a picture without a channel: the file belongs to the bot, and nobody is notified. Blocks may name it once Slack has
 * checked it; before that they are refused as invalid_blocks (slackapi/python-slack-sdk#1658). The alt text goes in the block,
 * because files uploaded with one were accepted but not shared (slackapi/python-slack-sdk#1818).
 */
export async function uploadPicture(client: WebClient, figure: Figure): Promise<ShownPicture> {
	const { bytes, filename } = await showable(figure);
	const [file] = idsOf(await client.files.uploadV2({ file: bytes, filename, title: filename }));
	if (!file) throw new Error('Slack accepted a file and gave it no id');
	return { file, alt: figure.alt };
}

/** @param answer the response to an upload, with a list of files for each channel, or for none */
function idsOf(answer: object): string[] {
	const { files } = answer as { readonly files: readonly { readonly files?: readonly { readonly id?: string }[] }[] };
	return files.flatMap((each) => each.files ?? []).flatMap(({ id }) => id ?? []);
}

/**
 * Waits until Slack has determined a file's type.
 *
 * @returns false if the time ran out first
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
 * Waits until a file is really in a message: Slack may accept a block that names it and show nothing.
 *
 * @returns false if the time ran out first
 */
export function isShared(client: WebClient, file: string, { pollMs, readyMs }: UploadTiming): Promise<boolean> {
	const isThere = ({ shares = {} }: KnownFile) =>
		[shares.public, shares.private].some((channels = {}) => Object.values(channels).some(({ length }) => length > 0));
	return comes(client, file, isThere, { pollMs, waitMs: readyMs / 3 });
}

type KnownFile = NonNullable<webApi.FilesInfoResponse['file']>;

/** Polls a file until it meets a condition. */
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

/** A leftover file is merely untidy, so failures are only logged. */
export async function deleteFiles({ swift }: Pick<Api, 'swift'>, log: Log, files: readonly string[]): Promise<void> {
	const gone = await Promise.allSettled(files.map((file) => swift.files.delete({ file })));
	for (const each of gone) {
		if (each.status === 'rejected') log.debug({ error: describeError(each.reason) }, 'a file stays in Slack');
	}
}

/**
 * Uploads files to a thread, where they form a separate message that cannot be changed later.
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

/** Converts a figure to a format that Slack's picture blocks accept: PNG, JPEG or GIF. */
async function showable({ bytes, type, filename }: Figure): Promise<{ bytes: Buffer; filename: string }> {
	if (type !== 'image/webp') return { bytes: buffer(bytes), filename };
	const { pages = 1 } = await sharp(bytes).metadata();
	const picture = sharp(bytes, { animated: true });
	const [converted, ending] = pages > 1 ? [picture.gif(), 'gif'] : [picture.png(), 'png'];
	return { bytes: await converted.toBuffer(), filename: filename.replace(/\.webp$/i, `.${ending}`) };
}

/** The client treats a Buffer as a file's bytes, and any other array as JSON. */
const buffer = ({ buffer: memory, byteOffset, byteLength }: Uint8Array) => Buffer.from(memory, byteOffset, byteLength);
