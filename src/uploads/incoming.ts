/** Files of a request that still have to be fetched: attachments, and pictures given by their web addresses. */
import { isUpload, type OptionSpecs, type RawOptions, type UploadKind } from '../../commands/lib/options.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { FetchPicture } from './fetch-address.ts';
import type { FetchedFile } from './reader-protocol.ts';

/** A file that has yet to be fetched. */
export interface Incoming {
	/** The file's name as people know it, or its web address. */
	readonly name: string;
	/** How many bytes of it are in memory before it is fetched. Default 0 */
	readonly held?: number;
	/** @throws {UserError} when it cannot be fetched */
	fetch(signal?: AbortSignal): Promise<FetchedFile>;
}

/** Files by the name of the option that each is for. */
export type IncomingFiles = Readonly<Record<string, Incoming>>;

/** A file with the option that it is for. */
export interface Expected extends Incoming {
	readonly option: string;
	readonly kind: UploadKind;
}

/** The bot stopped before a file had arrived, so only the person who sent it still has it. */
export class LostFile extends UserError {
	constructor(name: string) {
		super(`The bot was stopped before ${shorten(name, MAX_NAME)} had arrived; send it again.`);
	}
}

/** The longest file name in messages, in characters. */
const MAX_NAME = 80;

/** Includes http, which is refused with an explanation when it is fetched. */
export const isWebAddress = (text: string) => /^https?:\/\//i.test(text);

/** A request's options before its files have arrived, with the files' names in their place. */
export const withNames = (options: RawOptions, files: IncomingFiles): RawOptions => ({
	...options,
	...Object.fromEntries(Object.entries(files).map(([option, { name }]) => [option, name])),
});

/** The error for the first attachment that had not arrived when the bot stopped; undefined if all had. */
export function lostFile(options: RawOptions, files: IncomingFiles = {}): LostFile | undefined {
	const missing = Object.entries(files).find(([option]) => typeof options[option] === 'string');
	return missing && new LostFile(missing[1].name);
}

/**
 * Lists every file that a request waits for.
 *
 * @param options as `withNames` returned them
 * @param files the attachments; undefined if the bot has been restarted since they were sent
 * @throws {LostFile} when one of them is lost
 */
export function expectedOf(
	specs: OptionSpecs,
	options: RawOptions,
	files: IncomingFiles | undefined,
	fetch: FetchPicture,
): readonly Expected[] {
	return Object.entries(options).flatMap(([option, value]): Expected[] => {
		const spec = Object.hasOwn(specs, option) ? specs[option] : undefined;
		const file = files && Object.hasOwn(files, option) ? files[option] : undefined;
		// A file for an option that takes none is refused like any wrong value, once it is known to be a picture.
		if (file) return [{ ...file, option, kind: isUpload(spec) ? spec.kind : 'image' }];
		if (!isUpload(spec) || typeof value !== 'string') return [];
		const { kind } = spec;
		const address = value.trim();
		if (kind === 'image' && isWebAddress(address)) {
			return [{ name: shorten(address, MAX_NAME), fetch: (signal) => fetch(address, { signal }), option, kind }];
		}
		if (!files) throw new LostFile(value);
		// The value is refused with an explanation when the options are checked.
		return [];
	});
}
