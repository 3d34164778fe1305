/** How many of a person's requests were worked on in the last 24 hours. */
import { DAY_MS } from '../base/every-day.ts';
import type { Database } from './database.ts';
import { statement } from './statements.ts';

/** How long requests that no longer count may stay, in milliseconds. */
const TIDY_MS = 60 * 60 * 1000;

export class DailyStore {
	readonly #database: Database;
	#tidied = Number.NEGATIVE_INFINITY;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Start times of the last day's requests, in milliseconds since 1970, oldest first. */
	of(person: string, channel: string, now = Date.now()): readonly number[] {
		const sql = 'SELECT began FROM daily WHERE person = ? AND channel = ? AND began > ? ORDER BY began';
		const rows = statement(this.#database, sql).all(person, channel, now - DAY_MS) as { began: number }[];
		return rows.map(({ began }) => began);
	}

	has(request: string): boolean {
		return statement(this.#database, 'SELECT 1 FROM daily WHERE request = ?').get(request) !== undefined;
	}

	/** Counts a request, and now and then forgets those that are over a day old. */
	add(request: string, person: string, channel: string, now = Date.now()): void {
		statement(this.#database, 'INSERT OR IGNORE INTO daily VALUES (?, ?, ?, ?)').run(request, person, channel, now);
		if (now - this.#tidied < TIDY_MS) return;
		// Reads the whole table.
		statement(this.#database, 'DELETE FROM daily WHERE began <= ?').run(now - DAY_MS);
		this.#tidied = now;
	}
}
