/** Checks the files that people send and stores them for jobs. */
import type { Upload, UploadKind } from '../../commands/lib/options.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { FULL_DISK, isFullDisk, UserError } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { readEmbeddings, WANTED_EMBEDDINGS } from './embeddings.ts';
import { MAX_UPLOAD_BYTES } from './limits.ts';
import { uprightPng } from './picture.ts';
import { WANTED_PICTURE } from './picture-formats.ts';
import type { ReadPicture } from './reader-protocol.ts';

interface Kind {
	/** What to send instead, for messages. */
	readonly wanted: string;
	/** The bytes to store, and facts about the file. Throws a UserError when the file is not of this kind. */
	readonly content: (bytes: Uint8Array, label: string, signal?: AbortSignal) => Promise<ReadPicture>;
}

const KINDS: Readonly<Record<UploadKind, Kind>> = {
	image: { wanted: WANTED_PICTURE, content: uprightPng },
	embeddings: {
		wanted: WANTED_EMBEDDINGS,
		content: async (bytes, label, signal) => {
			await readEmbeddings(bytes, label, signal);
			return { bytes };
		},
	},
};

/**
 * @param kind what the file will be used as
 * @param bytes the file as uploaded
 * @param name the file's name, for messages and alt text
 * @param signal aborted when nobody is waiting for it any more
 * @throws {UserError} when the file is too large, damaged, or of another kind
 */
export async function ingest(
	kind: UploadKind,
	blobs: BlobStore,
	bytes: Uint8Array,
	name: string,
	signal?: AbortSignal,
): Promise<Upload> {
	const label = shorten(name, 80) || 'the upload';
	const { wanted, content } = KINDS[kind];
	if (bytes.length === 0) throw new UserError(`${label} is empty; send ${wanted}.`);
	if (bytes.length > MAX_UPLOAD_BYTES) {
		const size = (bytes.length / 2 ** 20).toFixed(1);
		throw new UserError(`${label} has ${size} MiB; files may have at most ${MAX_UPLOAD_BYTES / 2 ** 20} MiB.`);
	}
	try {
		const { bytes: stored, ...facts } = await content(bytes, label, signal);
		return { blob: await blobs.put(stored), name: label, ...facts };
	} catch (error) {
		throw isFullDisk(error) ? new UserError(FULL_DISK) : error;
	}
}
