/**
 * Commits together what is written in one turn of the event loop. A commit costs several times what a write costs, and each
 * request is written several times before it waits in line.
 */
import { type Database, inTransaction } from './database.ts';
import { beforeOthersWrite, statement } from './statements.ts';

interface Write {
	readonly work: () => void;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

export class GroupCommit {
	readonly #database: Database;
	/** What has been written since the last commit, in order. */
	#group: Write[] = [];
	#committed: Promise<void> = Promise.resolve();
	/** While a member of the group writes. */
	#isWriting = false;

	constructor(database: Database) {
		this.#database = database;
		beforeOthersWrite(database, () => {
			if (!this.#isWriting) this.#commit();
		});
	}

	/**
	 * Writes at once, so that this process reads it from now on. Nobody may be told of it before the returned promise resolves:
	 * only then does it outlive the process.
	 *
	 * @param work does all that it does or nothing; called again if the others of its group cannot be committed
	 * @returns a promise that rejects if it cannot be committed; that says nothing about the others
	 * @throws what `work` throws, or SQLite's error when another program has locked the database
	 */
	write(work: () => void): Promise<void> {
		if (!this.#database.inTransaction) this.#begin();
		this.#isWriting = true;
		try {
			work();
		} catch (error) {
			if (this.#group.length === 0 && this.#database.inTransaction) this.#database.exec('ROLLBACK');
			throw error;
		} finally {
			this.#isWriting = false;
		}
		return new Promise((resolve, reject) => {
			if (this.#group.push({ work, resolve, reject }) === 1) this.#commitSoon();
		});
	}

	/** Resolves when everything written so far has been committed, or was found impossible to commit. */
	committed(): Promise<void> {
		return this.#committed;
	}

	#commitSoon(): void {
		this.#committed = new Promise((resolve) => {
			setImmediate(() => {
				this.#commit();
				resolve();
			});
		});
	}

	#commit(): void {
		const group = this.#takeGroup();
		if (group.length === 0) return;
		try {
			statement(this.#database, 'COMMIT').run();
		} catch {
			if (this.#database.open && this.#database.inTransaction) this.#database.exec('ROLLBACK');
			this.#writeAgain(group);
			return;
		}
		for (const { resolve } of group) resolve();
	}

	#begin(): void {
		// SQLite itself takes back a whole transaction when, for example, the disk is full.
		this.#writeAgain(this.#takeGroup());
		statement(this.#database, 'BEGIN IMMEDIATE').run();
	}

	/** Each alone: one that cannot be stored must not cost the others anything. */
	#writeAgain(group: readonly Write[]): void {
		for (const { work, resolve, reject } of group) {
			try {
				inTransaction(this.#database, work);
				resolve();
			} catch (error) {
				reject(error);
			}
		}
	}

	#takeGroup(): readonly Write[] {
		return this.#group.splice(0);
	}
}
