/** Fetches a picture from a web address in a separate process: see fetch-picture.ts. */
import { shorten } from '../../commands/lib/shorten.ts';
import type { FetchedFile } from './reader-protocol.ts';
import { fetchers } from './reading.ts';

/** @throws {UserError} when it cannot be fetched */
export type FetchPicture = (address: string, options: { readonly signal?: AbortSignal }) => Promise<FetchedFile>;

export const fetchAddress: FetchPicture = (address, { signal }) => {
	const tooMuch = `${shorten(address, 80)} could not be fetched; save the picture and send it as a file.`;
	return fetchers.ask('address', { address }, { tooMuch, signal });
};
