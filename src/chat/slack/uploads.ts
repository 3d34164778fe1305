/** Pictures on their way into Slack: uploaded, and waited for until Slack has looked at them. */
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import type { Attachment, Figure } from '../../../commands/command.ts';
import { shorten } from '../../../commands/shorten.ts';
import type { Api } from './api.ts';
import type { ShownPicture } from './render.ts';

export interface UploadTiming {
	/** The wait before the second look at a file that Slack is still checking; it grows by half each time. */
	readonly pollMs: number;
	/** After this long without an answer the file is tried as it is. */
	readonly readyMs: number;
}

/**
 * Uploads without a channel: the file belongs to the bot, nobody is told, and blocks may name it once Slack has found out
 * what it is (`mimetype` is set); named earlier it is refused as invalid_blocks (slackapi/python-slack-sdk#1658).
 *
 * @returns in the figures' order
 */
export function uploadPictures(
	{ patient }: Api,
	figures: readonly Figure[],
	timing: UploadTiming,
): Promise<ShownPicture[]> {
	return Promise.all(
		figures.map(async (figure) => {
			const { bytes, filename } = await showable(figure);
			const answer = await patient.files.uploadV2({ file: bytes, filename, title: filename, alt_text: altOf(figure) });
			// Of each channel, here of none, an answer with its files.
			const { files } = answer as unknown as { files: { files?: { id?: string }[] }[] };
			const file = files[0]?.files?.[0]?.id;
			if (!file) throw new Error('Slack took a file and gave it no id');
			await checked(patient, file, timing);
			return { file, alt: figure.alt };
		}),
	);
}

/** Of the file itself Slack takes less than of a block. */
const altOf = ({ alt }: Figure) => shorten(alt, 1000);

/** Resolves when blocks may name the file, or the time is up. */
async function checked(client: Api['patient'], file: string, { pollMs, readyMs }: UploadTiming): Promise<void> {
	const end = performance.now() + readyMs;
	for (let wait = pollMs; performance.now() < end; wait *= 1.5) {
		const { file: known } = await client.files.info({ file });
		if (known?.mimetype) return;
		await delay(wait);
	}
}

/** Uploads into a thread, where the files make a message of their own that cannot be changed later. */
export async function uploadIntoThread(
	{ patient }: Api,
	{ channel, thread }: { readonly channel: string; readonly thread: string },
	files: readonly (Figure | Attachment)[],
): Promise<void> {
	const file_uploads = files.map((file) => ({
		file: buffer(file.bytes),
		filename: file.filename,
		title: file.filename,
		...('alt' in file && { alt_text: altOf(file) }),
	}));
	await patient.files.uploadV2({ channel_id: channel, thread_ts: thread, file_uploads });
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
