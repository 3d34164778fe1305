/** How many of a person's requests were worked on in the last 24 hours. */
import { DAY_MS } from '../base/every-day.ts';
import { type Database, inTransaction } from './database.ts';

export class DailyStore {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Start times of the last day's requests, in milliseconds since 1970, oldest first. */
	of(person: string, channel: string, now = Date.now()): readonly number[] {
		const sql = 'SELECT began FROM daily WHERE person = ? AND channel = ? AND began > ? ORDER BY began';
		const rows = this.#database.prepare(sql).all(person, channel, now - DAY_MS) as { began: number }[];
		return rows.map(({ began }) => began);
	}

	has(request: string): boolean {
		return this.#database.prepare('SELECT 1 FROM daily WHERE request = ?').get(request) !== undefined;
	}

	/** Counts a request, and forgets those that are over a day old. */
	add(request: string, person: string, channel: string, now = Date.now()): void {
		inTransaction(this.#database, () => {
			this.#database.prepare('DELETE FROM daily WHERE began <= ?').run(now - DAY_MS);
			this.#database.prepare('INSERT OR IGNORE INTO daily VALUES (?, ?, ?, ?)').run(request, person, channel, now);
		});
	}
}
