/** What was deleted a moment ago: for a minute it can be had back, and then it is gone for good, with its pictures. */
import type { RequestRecord } from '../store/records.ts';
import type { DeskDeps } from './deps.ts';
import type { RequestWriter } from './request-writer.ts';

/** In milliseconds. */
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

	/** Nobody finds the request any more. */
	delete(record: RequestRecord): void {
		const deleted = { ...record, deleted: Date.now() };
		this.#writer.save(deleted);
		this.#forgetLater(deleted);
	}

	/** A request that can still be had back. */
	get(id: string): RequestRecord | undefined {
		return this.#deps.store.deleted().find((record) => record.id === id);
	}

	/** @param record as `get` returned it, which stands where it belongs from now on */
	undo({ deleted: _, ...record }: RequestRecord): void {
		this.#writer.save(record);
	}

	/** Takes up what a bot has left that was stopped before the time was over. */
	resume(): void {
		for (const record of this.#deps.store.deleted()) this.#forgetLater(record);
	}

	#forgetLater({ id, deleted = 0 }: RequestRecord): void {
		const { log } = this.#deps;
		const forget = async () => {
			// It may have been had back, and been deleted again.
			if (this.get(id)?.deleted === deleted) await this.#forget(id);
		};
		const complain = (error: unknown) => log.error({ request: id, error }, 'a result could not be deleted');
		setTimeout(() => forget().catch(complain), Math.max(0, deleted + this.#undoMs - Date.now())).unref();
	}

	/** Its pictures go too, unless another request needs them. */
	async #forget(id: string): Promise<void> {
		const { blobs, store } = this.#deps;
		await Promise.all(store.delete(id).map((blob) => blobs.remove(blob)));
	}
}
