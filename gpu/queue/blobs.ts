/** The contract of blob stores, which keep pictures: the bot stores uploads there, and workers store results. */
import { type BlobRef, blobRef, UserError } from '../jobs/index.ts';

export interface BlobStore {
	/** Stores `bytes` and returns their reference, their SHA-256: the same bytes always have the same one. */
	put(bytes: Uint8Array): Promise<BlobRef>;
	/** The bytes behind `ref`. Throws a UserError if they are not (or no longer) stored. */
	get(ref: BlobRef): Promise<Uint8Array>;
	/** Removes them; does nothing if they are not stored. */
	remove(ref: BlobRef): Promise<void>;
}

/** The error that `get` throws for a picture that is not stored. */
export const notStored = (ref: BlobRef) =>
	new UserError(`The picture ${ref.slice(0, 12)}… is no longer stored; please upload it, or make it, again.`);

/** Refuses anything but a hash, before a reference becomes part of a path or a key. */
export function assertBlobRef(ref: BlobRef): void {
	if (!blobRef.safeParse(ref).success) throw new Error(`BlobStore: not a reference: ${JSON.stringify(ref)}`);
}
