/** What comes with a request and is not here yet: files that were sent along, and pictures given by their web addresses. */
import { isUpload, type OptionSpecs, type RawOptions, type UploadKind } from '../../commands/lib/options.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { FetchPicture } from './fetch-address.ts';
import type { FetchedFile } from './reader-protocol.ts';

/** A file on its way here. */
export interface Incoming {
	/** As people know it; of what has a web address, that. */
	readonly name: string;
	/** How many bytes of it are in memory before it is fetched; absent: none. */
	readonly held?: number;
	/** @throws {UserError} when it cannot be fetched */
	fetch(signal?: AbortSignal): Promise<FetchedFile>;
}

/** By the options that they are for. */
export type IncomingFiles = Readonly<Record<string, Incoming>>;

/** With the place that it has in its request. */
export interface Expected extends Incoming {
	readonly option: string;
	readonly kind: UploadKind;
}

/** The bot ended before a file had come, and nobody but the person who sent it has it. */
export class LostFile extends UserError {
	constructor(name: string) {
		super(`The bot was stopped before ${shorten(name, MAX_NAME)} had come; send it once more.`);
	}
}

/** In messages. */
const MAX_NAME = 80;

/** http as well: whoever fetches it says what is wrong with it. */
export const isWebAddress = (text: string) => /^https?:\/\//i.test(text);

/** The options of a request before its files have come: their names stand for them. */
export const withNames = (options: RawOptions, files: IncomingFiles): RawOptions => ({
	...options,
	...Object.fromEntries(Object.entries(files).map(([option, { name }]) => [option, name])),
});

/** What is said when the bot stops and a file that was sent along is not there yet; undefined when all are. */
export function lostFile(options: RawOptions, files: IncomingFiles = {}): LostFile | undefined {
	const missing = Object.entries(files).find(([option]) => typeof options[option] === 'string');
	return missing && new LostFile(missing[1].name);
}

/**
 * Everything that a request waits for.
 *
 * @param options `withNames`
 * @param files what was sent along; undefined when the bot was started again since then
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
		// One for an option that takes none is refused like every wrong value, once it is known to be a picture.
		if (file) return [{ ...file, option, kind: isUpload(spec) ? spec.kind : 'image' }];
		if (!isUpload(spec) || typeof value !== 'string') return [];
		const { kind } = spec;
		const address = value.trim();
		if (kind === 'image' && isWebAddress(address)) {
			return [{ name: shorten(address, MAX_NAME), fetch: (signal) => fetch(address, { signal }), option, kind }];
		}
		if (!files) throw new LostFile(value);
		// Whoever checks the options says what is wrong with it.
		return [];
	});
}
