/** Pictures that were given by their web addresses. */
import type { OptionSpecs, RawOptions, RawValue, Upload } from '../../commands/lib/options.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { fetchPicture } from './fetch-picture.ts';
import { ingest } from './ingest.ts';

/** http as well: whoever fetches it says what is wrong with it. */
export const isWebAddress = (text: string) => /^https?:\/\//i.test(text);

/**
 * Replaces web addresses in the place of pictures by the pictures themselves, stored as uploads are.
 *
 * @throws {UserError} when one cannot be fetched or is no picture
 */
export async function fetchAddressed(
	specs: OptionSpecs,
	options: RawOptions,
	blobs: BlobStore,
	fetch: typeof fetchPicture,
): Promise<RawOptions> {
	const entries = Object.entries(options).map(async ([name, value]): Promise<[string, RawValue | undefined]> => {
		const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
		if (spec?.kind !== 'image' || typeof value !== 'string' || !isWebAddress(value.trim())) return [name, value];
		return [name, await takeAddressed(value.trim(), blobs, fetch)];
	});
	return Object.fromEntries(await Promise.all(entries));
}

/** @throws {UserError} when it cannot be fetched or is no picture */
export async function takeAddressed(address: string, blobs: BlobStore, fetch: typeof fetchPicture): Promise<Upload> {
	const { bytes, name } = await fetch(address);
	return ingest('image', blobs, bytes, name);
}
