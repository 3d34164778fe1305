/** How long one evaluation of the network takes, by kind of job and model: moving averages that outlive the process. */
import { type Database, inTransaction } from './database.ts';
import { put } from './guarded.ts';

/** The weight of the newest job: after five jobs at another pace five sixths of the change are in. */
const NEWEST = 0.3;

export interface Pace {
	readonly kind: string;
	readonly model: string;
	/** For one evaluation. */
	readonly seconds: number;
}

export class PaceStore {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	/** In seconds for one evaluation; undefined before the first job of that kind. */
	get(kind: string, model: string): number | undefined {
		const row = this.#database.prepare('SELECT seconds FROM paces WHERE kind = ? AND model = ?').get(kind, model);
		return (row as { seconds: number } | undefined)?.seconds;
	}

	/** Of every kind of job and model that is known. */
	all(): readonly Pace[] {
		return this.#database.prepare('SELECT kind, model, seconds FROM paces').all() as Pace[];
	}

	/** @param seconds that an evaluation of the newest job took, on average */
	add(kind: string, model: string, seconds: number): void {
		inTransaction(this.#database, () => {
			const before = this.get(kind, model) ?? seconds;
			const row = { kind, model, seconds: before + NEWEST * (seconds - before) };
			put(this.#database, 'paces', row, 'REPLACE');
		});
	}
}
