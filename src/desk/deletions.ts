/** Recent deletions: for a minute they can be undone, then the request and its pictures are gone for good. */
import type { RequestRecord } from '../store/records.ts';
import type { DeskDeps } from './deps.ts';
import type { RequestWriter } from './request-writer.ts';

/** How long a deletion can be undone, in milliseconds. */
const UNDO_MS = 60_000;

export type DeletionsDeps = Pick<DeskDeps, 'store' | 'blobs' | 'log' | 'undoMs'>;

export class Deletions {
	readonly #deps: DeletionsDeps;
	readonly #writer: RequestWriter;
	readonly #undoMs: number;

	constructor(deps: DeletionsDeps, writer: RequestWriter) {
		this.#deps = deps;
		this.#writer = writer;
		this.#undoMs = deps.undoMs ?? UNDO_MS;
	}

	/** Hides the request at once, and removes it later. */
	delete(record: RequestRecord): void {
		const deleted = { ...record, deleted: Date.now() };
		this.#writer.save(deleted);
		this.#forgetLater(deleted);
	}

	/** A deleted request that can still be restored. */
	get(id: string): RequestRecord | undefined {
		return this.#deps.store.deleted().find((record) => record.id === id);
	}

	/** @param record as `get` returned it, with its new message */
	undo({ deleted: _, ...record }: RequestRecord): void {
		this.#writer.save(record);
	}

	/** Resumes the deletions that were pending when the bot last stopped. */
	resume(): void {
		for (const record of this.#deps.store.deleted()) this.#forgetLater(record);
	}

	#forgetLater({ id, deleted = 0 }: RequestRecord): void {
		const { log } = this.#deps;
		const forget = async () => {
			// It may have been restored and deleted again.
			if (this.get(id)?.deleted === deleted) await this.#forget(id);
		};
		const complain = (error: unknown) => log.error({ request: id, error }, 'a result could not be deleted');
		setTimeout(() => forget().catch(complain), Math.max(0, deleted + this.#undoMs - Date.now())).unref();
	}

	/** Removes a request for good, with its pictures unless another request needs them. */
	async #forget(id: string): Promise<void> {
		const { blobs, store } = this.#deps;
		await Promise.all(store.delete(id).map((blob) => blobs.remove(blob)));
	}
}
