/** Stores what staff have decided: see commands/lib/moderation.ts. */
import { isAtTheMachine } from '../../commands/lib/at-the-machine.ts';
import type { ChannelSettings, Moderation, Report } from '../../commands/lib/moderation.ts';
import type { Person } from '../../commands/lib/options.ts';
import { type Database, inTransaction } from './database.ts';
import { put } from './guarded.ts';
import { statement } from './statements.ts';

/** How many fit in one message. */
const SHOWN_REPORTS = 15;

export interface NewReport extends Omit<Report, 'reporter'> {
	/** The id of the request that was reported. */
	readonly request: string;
	readonly reporter: Person;
}

export class ModerationStore {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Moderation as a command in `channel` sees it. */
	in(channel: string): Moderation {
		return {
			settings: () => this.settings(channel),
			setSettings: (settings) => this.#setSettings(channel, settings),
			words: () => this.words(),
			addWord: (word) => put(this.#database, 'words', { word: wordKey(word), added: Date.now() }, 'IGNORE'),
			removeWord: (word) => this.#change('DELETE FROM words WHERE word = ?', wordKey(word)),
			blocked: () => this.#all<Person>('SELECT person AS id, name FROM blocks ORDER BY name'),
			block: ({ id: person, name }) => put(this.#database, 'blocks', { person, name, since: Date.now() }, 'IGNORE'),
			unblock: (id) => this.#change('DELETE FROM blocks WHERE person = ?', id),
			reports: () => this.#reports(),
		};
	}

	settings(channel: string): ChannelSettings {
		const row = statement(this.#database, 'SELECT settings FROM settings WHERE channel = ?').get(channel);
		return row === undefined ? {} : JSON.parse((row as { settings: string }).settings);
	}

	/** Ids of all roles that any channel restricts a command to. */
	allowedRoles(): readonly string[] {
		const channels = this.#all<{ settings: string }>('SELECT settings FROM settings');
		return channels.flatMap(({ settings }) =>
			Object.values((JSON.parse(settings) as ChannelSettings).allow ?? {}).flat(),
		);
	}

	words(): readonly string[] {
		return this.#all<{ word: string }>('SELECT word FROM words ORDER BY word').map(({ word }) => word);
	}

	/** The operator is never blocked, whatever the table says. */
	isBlocked(person: string): boolean {
		if (isAtTheMachine(person)) return false;
		return statement(this.#database, 'SELECT 1 FROM blocks WHERE person = ?').get(person) !== undefined;
	}

	/** @returns false when the same person has already reported the request */
	report({ request, line, owner, reporter, made }: NewReport): boolean {
		return inTransaction(this.#database, () => {
			const known = statement(this.#database, 'SELECT 1 FROM reports WHERE request = ? AND reporter = ?');
			if (known.get(request, reporter.id) !== undefined) return false;
			const row = { request, line, owner_name: owner, reporter: reporter.id, reporter_name: reporter.name, made };
			return put(this.#database, 'reports', row, 'IGNORE');
		});
	}

	/** Forgets reports from before `time`, in milliseconds since 1970. */
	forgetReports(time: number): void {
		this.#change('DELETE FROM reports WHERE made < ?', time);
	}

	#setSettings(channel: string, settings: ChannelSettings): void {
		put(this.#database, 'settings', { channel, settings: JSON.stringify(settings) }, 'REPLACE');
	}

	#reports(): readonly Report[] {
		return this.#all<Report>(
			`SELECT line, owner_name AS owner, reporter_name AS reporter, made FROM reports ORDER BY id DESC LIMIT ${SHOWN_REPORTS}`,
		);
	}

	#all<T>(sql: string): T[] {
		return statement(this.#database, sql).all() as T[];
	}

	#change(sql: string, ...values: readonly (string | number)[]): boolean {
		return statement(this.#database, sql).run(...values).changes > 0;
	}
}

/** Words are compared, and therefore stored, in lower case with single spaces. */
const wordKey = (word: string) => word.trim().toLowerCase().replaceAll(/\s+/g, ' ');
