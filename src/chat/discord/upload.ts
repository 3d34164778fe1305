/** The options of a slash command as the desk takes them; attachments are fetched, checked and stored on the way. */
import type { Attachment, ChatInputCommandInteraction } from 'discord.js';
import type { RawOptions, RawValue, UploadedImage } from '../../../commands/options.ts';
import { shorten } from '../../../commands/shorten.ts';
import { UserError } from '../../../gpu/jobs.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { MAX_UPLOAD_BYTES, takeIn } from '../../intake.ts';
import { addressedPicture } from './commands.ts';

/** A 10 MiB file at 700 kB/s; the user looks at "thinking" meanwhile. */
const DOWNLOAD_MS = 15_000;

/**
 * @param origins the only places that files are fetched from: Discord's
 * @returns an attachment as the picture stored, a picture's web address as text in its place
 * @throws {UserError} when an attachment is too large, no picture, or cannot be fetched
 */
export async function readOptions(
	interaction: ChatInputCommandInteraction,
	blobs: BlobStore,
	origins: ReadonlySet<string>,
): Promise<RawOptions> {
	const given = new Set(interaction.options.data.map(({ name }) => name));
	const entries = interaction.options.data.map(async ({ name, value, attachment }): Promise<[string, RawValue]> => {
		if (attachment) return [name, await fetchAttachment(attachment, blobs, origins)];
		const picture = addressedPicture(name);
		if (picture && given.has(picture)) {
			throw new UserError(`${picture} is given twice; send a file or a web address, not both.`);
		}
		return [picture ?? name, typeof value === 'boolean' ? String(value) : (value ?? '')];
	});
	return Object.fromEntries(await Promise.all(entries));
}

async function fetchAttachment(
	{ name, size, url }: Pick<Attachment, 'name' | 'size' | 'url'>,
	blobs: BlobStore,
	origins: ReadonlySet<string>,
): Promise<UploadedImage> {
	const label = shorten(name, 80);
	if (!origins.has(new URL(url).origin)) throw new Error('an attachment that is not on Discord’s servers');
	if (size > MAX_UPLOAD_BYTES) throw tooLarge(label);
	return takeIn(blobs, await download(url, label), name);
}

async function download(url: string, label: string): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	try {
		const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(DOWNLOAD_MS) });
		if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
		for await (const chunk of response.body) {
			length += chunk.length;
			if (length > MAX_UPLOAD_BYTES) throw tooLarge(label);
			chunks.push(chunk);
		}
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError(`${label} could not be fetched from Discord; upload it once more.`);
	}
	return Buffer.concat(chunks, length);
}

const tooLarge = (label: string) =>
	new UserError(`${label} is too large; pictures may have at most ${MAX_UPLOAD_BYTES / 2 ** 20} MiB.`);
