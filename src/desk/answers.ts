/** Stores replies and loads them again, so that a request's answer can be shown again later. */
import type { Figure, Reply } from '../../commands/lib/command.ts';
import type { BlobRef } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { StoredAnswer, StoredFigure } from '../store/records.ts';

type StoredReply = Pick<Reply, 'text' | 'figures' | 'attachments' | 'buttons'>;

interface WithBytes {
	readonly bytes: Uint8Array;
}

export async function storeReply(blobs: BlobStore, reply: StoredReply): Promise<StoredAnswer> {
	const { text, figures, attachments = [], buttons } = reply;
	const put = async <F extends WithBytes>(file: F) => ({ ...file, bytes: await blobs.put(file.bytes) });
	const putFigure = async ({ against, ...figure }: Figure) => ({
		...(await put(figure)),
		...(against && { against: await put(against) }),
	});
	return {
		text,
		figures: await Promise.all(figures.map(putFigure)),
		attachments: await Promise.all(attachments.map(put)),
		buttons,
	};
}

/** @throws {UserError} when its pictures are no longer stored */
export async function loadReply(blobs: BlobStore, stored: StoredAnswer): Promise<Reply> {
	const { text, figures, attachments, buttons } = stored;
	const get = async <F extends { readonly bytes: BlobRef }>(file: F) => ({
		...file,
		bytes: await blobs.get(file.bytes),
	});
	const getFigure = async ({ against, ...figure }: StoredFigure) => ({
		...(await get(figure)),
		...(against && { against: await get(against) }),
	});
	return {
		text,
		figures: await Promise.all(figures.map(getFigure)),
		attachments: await Promise.all(attachments.map(get)),
		buttons,
	};
}
