/** Stores replies and loads them again, so that a request's answer can be shown again later. */
import type { Attachment, Figure, Reply } from '../../commands/lib/command.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { StoredAnswer, StoredFile } from '../store/records.ts';

type StoredReply = Pick<Reply, 'text' | 'figures' | 'attachments' | 'buttons'>;

export async function storeReply(blobs: BlobStore, reply: StoredReply): Promise<StoredAnswer> {
	const { text, figures, attachments = [], buttons } = reply;
	const put = async <F extends Figure | Attachment>(file: F) => ({ ...file, bytes: await blobs.put(file.bytes) });
	return {
		text,
		figures: await Promise.all(figures.map(put)),
		attachments: await Promise.all(attachments.map(put)),
		buttons,
	};
}

/** @throws {UserError} when its pictures are no longer stored */
export async function loadReply(blobs: BlobStore, stored: StoredAnswer): Promise<Reply> {
	const { text, figures, attachments, buttons } = stored;
	const get = async <F extends StoredFile>(file: F) => ({ ...file, bytes: await blobs.get(file.bytes) });
	return {
		text,
		figures: await Promise.all(figures.map(get)),
		attachments: await Promise.all(attachments.map(get)),
		buttons,
	};
}
