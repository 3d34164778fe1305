/** What people fill in, as the desk takes it; attachments are fetched, checked and stored on the way. */
import { type Attachment, type CommandInteractionOption, ComponentType, type ModalSubmitFields } from 'discord.js';
import type { RawOptions, RawValue, Upload } from '../../../commands/lib/options.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import { download, tooLarge } from '../../uploads/download.ts';
import { ingest, MAX_UPLOAD_BYTES } from '../../uploads/ingest.ts';
import { userId } from './people.ts';
import { addressedPicture } from './slash-commands.ts';

export interface FileSource {
	readonly blobs: BlobStore;
	/** The only places that files are fetched from: Discord's. */
	readonly origins: ReadonlySet<string>;
}

/**
 * @param given the options of a slash command, or of its subcommand
 * @returns an attachment as the picture stored, a picture's web address as text in its place
 * @throws {UserError} when an attachment is too large, no picture, or cannot be fetched
 */
export async function readOptions(given: readonly CommandInteractionOption[], files: FileSource): Promise<RawOptions> {
	const names = new Set(given.map(({ name }) => name));
	const entries = given.map(async ({ name, value, attachment, user }): Promise<[string, RawValue]> => {
		if (attachment) return [name, await fetchAttachment(attachment, files)];
		if (user) return [name, `${userId(user.id)}|${user.displayName}`];
		const picture = addressedPicture(name);
		if (picture && names.has(picture)) {
			throw new UserError(`${picture} is given twice; send a file or a web address, not both.`);
		}
		return [picture ?? name, typeof value === 'boolean' ? String(value) : (value ?? '')];
	});
	return Object.fromEntries(await Promise.all(entries));
}

/**
 * @returns what stands in the fields of a form; undefined for a field that is empty
 * @throws {UserError} as `readOptions`
 */
export async function readFields({ fields }: ModalSubmitFields, files: FileSource): Promise<RawOptions> {
	const entries = [...fields.values()].map(async (field): Promise<[string, RawValue | undefined]> => {
		if (field.type === ComponentType.FileUpload) {
			const attachment = field.attachments?.first();
			return [field.customId, attachment && (await fetchAttachment(attachment, files))];
		}
		if (field.type === ComponentType.Checkbox) return [field.customId, String(field.value)];
		const text = 'values' in field ? field.values[0] : 'value' in field ? field.value : undefined;
		return [field.customId, text || undefined];
	});
	return Object.fromEntries(await Promise.all(entries));
}

type FileOfDiscord = Pick<Attachment, 'name' | 'size' | 'url'>;

/** @throws {UserError} as `readOptions` */
export async function fetchAttachment(
	{ name, size, url }: FileOfDiscord,
	{ blobs, origins }: FileSource,
): Promise<Upload> {
	const label = shorten(name, 80);
	if (size > MAX_UPLOAD_BYTES) throw tooLarge(label);
	return ingest(blobs, await download({ url, origins, label, platform: 'Discord' }), name);
}
