/** Reads the options and attachments that people fill in on Discord. */
import { type Attachment, type CommandInteractionOption, ComponentType, type ModalSubmitFields } from 'discord.js';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { shorten } from '../../../commands/lib/shorten.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { download, tooLarge } from '../../uploads/download.ts';
import type { Incoming, IncomingFiles } from '../../uploads/incoming.ts';
import { MAX_UPLOAD_BYTES } from '../../uploads/limits.ts';
import { userId } from './people.ts';
import { addressedPicture } from './slash-commands.ts';

/** What a person has filled in. */
export interface Filled {
	readonly options: RawOptions;
	readonly files: IncomingFiles;
}

/**
 * @param given the options of a slash command or its subcommand
 * @param origins Discord's file servers; files are fetched from nowhere else
 * @returns the values; a picture's web address is a text under the picture's option
 * @throws {UserError} when an attachment is too large, or given together with a web address
 */
export function readOptions(given: readonly CommandInteractionOption[], origins: ReadonlySet<string>): Filled {
	const names = new Set(given.map(({ name }) => name));
	const options: Record<string, string | number> = {};
	const files: Record<string, Incoming> = {};
	for (const { name, value, attachment, user } of given) {
		const picture = addressedPicture(name);
		if (picture && names.has(picture)) {
			throw new UserError(`${picture} is given twice; send a file or a web address, not both.`);
		}
		if (attachment) files[name] = incomingAttachment(attachment, origins);
		else if (user) options[name] = `${userId(user.id)}|${user.displayName}`;
		else options[picture ?? name] = typeof value === 'boolean' ? String(value) : (value ?? '');
	}
	return { options, files };
}

/**
 * Reads the fields of a form. A field that somebody has emptied becomes an empty text, which overrides the earlier value.
 *
 * @throws {UserError} when an attachment is too large
 */
export function readFields({ fields }: ModalSubmitFields, origins: ReadonlySet<string>): Filled {
	const options: Record<string, string> = {};
	const files: Record<string, Incoming> = {};
	for (const field of fields.values()) {
		const name = field.customId;
		if (field.type === ComponentType.FileUpload) {
			const attachment = field.attachments?.first();
			if (attachment) files[name] = incomingAttachment(attachment, origins);
		} else if (field.type === ComponentType.Checkbox) options[name] = String(field.value);
		else {
			const text = 'values' in field ? field.values[0] : 'value' in field ? field.value : undefined;
			options[name] = text ?? '';
		}
	}
	return { options, files };
}

export type FileOfDiscord = Pick<Attachment, 'name' | 'size' | 'url'>;

/**
 * A file that is fetched once its request is stored.
 *
 * @throws {UserError} when it is too large
 */
export function incomingAttachment({ name, size, url }: FileOfDiscord, origins: ReadonlySet<string>): Incoming {
	const label = shorten(name, 80);
	if (size > MAX_UPLOAD_BYTES) throw tooLarge(label);
	return {
		name,
		fetch: async (signal) => ({ bytes: await download({ url, origins, label, platform: 'Discord', signal }), name }),
	};
}
