/** What people fill in, as the desk takes it; attachments are fetched, checked and stored on the way. */
import { type Attachment, type CommandInteractionOption, ComponentType, type ModalSubmitFields } from 'discord.js';
import {
	isUpload,
	type OptionSpecs,
	type RawOptions,
	type RawValue,
	type Upload,
	type UploadKind,
} from '../../../commands/lib/options.ts';
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
 * @param specs of the command's options, which say what an attachment is to be
 * @param given the options of a slash command, or of its subcommand
 * @returns an attachment as the upload stored, a picture's web address as text in its place
 * @throws {UserError} when an attachment is too large, not what it is to be, or cannot be fetched
 */
export async function readOptions(
	specs: OptionSpecs,
	given: readonly CommandInteractionOption[],
	files: FileSource,
): Promise<RawOptions> {
	const names = new Set(given.map(({ name }) => name));
	const entries = given.map(async ({ name, value, attachment, user }): Promise<[string, RawValue]> => {
		if (attachment) return [name, await fetchAttachment(attachment, kindOf(specs, name), files)];
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
export async function readFields(
	specs: OptionSpecs,
	{ fields }: ModalSubmitFields,
	files: FileSource,
): Promise<RawOptions> {
	const entries = [...fields.values()].map(async (field): Promise<[string, RawValue | undefined]> => {
		if (field.type === ComponentType.FileUpload) {
			const attachment = field.attachments?.first();
			return [field.customId, attachment && (await fetchAttachment(attachment, kindOf(specs, field.customId), files))];
		}
		if (field.type === ComponentType.Checkbox) return [field.customId, String(field.value)];
		const text = 'values' in field ? field.values[0] : 'value' in field ? field.value : undefined;
		return [field.customId, text || undefined];
	});
	return Object.fromEntries(await Promise.all(entries));
}

function kindOf(specs: OptionSpecs, name: string): UploadKind {
	const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
	return isUpload(spec) ? spec.kind : 'image';
}

export type FileOfDiscord = Pick<Attachment, 'name' | 'size' | 'url'>;

/** @throws {UserError} as `readOptions` */
export async function fetchAttachment(
	{ name, size, url }: FileOfDiscord,
	kind: UploadKind,
	{ blobs, origins }: FileSource,
): Promise<Upload> {
	const label = shorten(name, 80);
	if (size > MAX_UPLOAD_BYTES) throw tooLarge(label);
	return ingest(kind, blobs, await download({ url, origins, label, platform: 'Discord' }), name);
}
