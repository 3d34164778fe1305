/** Stores requests, and copes with a full disk or a locked database so that the requests themselves continue. */
import { setTimeout as delay } from 'node:timers/promises';
import { isFullDisk, UserError } from '../../gpu/jobs/index.ts';
import { isLocked, LOCKED } from '../store/database.ts';
import { GroupCommit } from '../store/group-commit.ts';
import type { RequestRecord } from '../store/records.ts';
import type { DeskDeps } from './deps.ts';

/** How long to wait between tries to write to a locked database. */
const RETRY_MS = 100;

/** How long a new request waits to be stored before it is refused; chats give up after three seconds. */
const PATIENCE_MS = 2000;

export class RequestWriter {
	readonly #deps: Pick<DeskDeps, 'store' | 'log'>;
	readonly #commits: GroupCommit;
	readonly #soon = new Set<RequestRecord>();
	/** Writes that wait for the database, in order; only a record's newest state is written. */
	readonly #waiting = new Map<unknown, () => void>();
	#writing: Promise<void> = Promise.resolve();
	/** When the database was last found locked. Each try blocks the process for a moment, so other writes wait too. */
	#locked = Number.NEGATIVE_INFINITY;

	constructor(deps: Pick<DeskDeps, 'store' | 'log'>) {
		this.#deps = deps;
		this.#commits = new GroupCommit(deps.store.database);
	}

	/**
	 * On a full disk the request is served without being stored: it may be the one that frees space.
	 *
	 * @throws {UserError} when the database stays locked
	 */
	async add(record: RequestRecord): Promise<void> {
		const patience = performance.now() + PATIENCE_MS;
		while (!(await this.#tryToAdd(record))) {
			if (performance.now() > patience) throw new UserError(LOCKED);
			await delay(RETRY_MS);
		}
	}

	/** Stores a record's changes. Does not throw. */
	save(record: RequestRecord): void {
		this.#soon.delete(record);
		this.#write(record.id, () => this.#deps.store.save(record));
	}

	/** Does the same at the end of this turn of the event loop, unless the record is saved anyway before that. */
	saveSoon(record: RequestRecord): void {
		if (this.#soon.add(record).size > 1) return;
		setImmediate(() => this.#saveNow());
	}

	#saveNow(): void {
		for (const unsaved of this.#soon) this.save(unsaved);
	}

	/** Writes without throwing: a full disk must not cost anybody the picture that they are waiting for. */
	attempt(write: () => void): void {
		this.#write(write, write);
	}

	/** Resolves when everything written so far outlives the process, except what waits for the database, which may take long. */
	committed(): Promise<void> {
		this.#saveNow();
		return this.#commits.committed();
	}

	/** Resolves when everything is stored and no write waits for the database any more. */
	async written(): Promise<void> {
		await this.committed();
		await this.#writing;
		await this.committed();
	}

	/** False while the database is locked. */
	async #tryToAdd(record: RequestRecord): Promise<boolean> {
		if (this.#waiting.size > 0 || performance.now() - this.#locked < RETRY_MS) return false;
		try {
			await this.#commits.write(() => this.#deps.store.add(record));
		} catch (error) {
			if (isLocked(error)) return this.#foundLocked();
			if (!isFullDisk(error)) throw error;
			this.#deps.log.error({ request: record.id, error }, 'a request could not be stored');
		}
		return true;
	}

	#write(key: unknown, write: () => void): void {
		if (this.#waiting.size > 0 || !this.#attempt(key, write)) this.#writeSoon(key, write);
	}

	#writeSoon(key: unknown, write: () => void): void {
		if (this.#waiting.size === 0) {
			this.#deps.log.warn({}, 'another program has locked the database; changes will be stored later');
			this.#writing = this.#writeLater();
		}
		this.#waiting.set(key, write);
	}

	async #writeLater(): Promise<void> {
		do {
			await delay(RETRY_MS);
			for (const [key, write] of this.#waiting) {
				if (!this.#attempt(key, write)) break;
				this.#waiting.delete(key);
			}
		} while (this.#waiting.size > 0);
	}

	/** False while the database is locked. */
	#attempt(key: unknown, write: () => void): boolean {
		const failed = (error: unknown) => {
			if (isLocked(error)) return this.#foundLocked();
			const about = typeof key === 'string' ? { request: key } : {};
			this.#deps.log.error({ ...about, error }, 'the database could not be written');
			return true;
		};
		try {
			this.#commits.write(write).catch((error: unknown) => failed(error) || this.#writeSoon(key, write));
			return true;
		} catch (error) {
			return failed(error);
		}
	}

	#foundLocked(): false {
		this.#locked = performance.now();
		return false;
	}
}
