/**
 * Rows with a checksum of their other values, which shows whether they are still what the bot wrote. It is null in rows from
 * before there were checksums. Rows of requests are written by request-row.ts.
 */
import { createHash } from 'node:crypto';
import type Libsql from 'libsql';
import { statement } from './statements.ts';

export type Database = InstanceType<typeof Libsql>;

export type Value = string | number | null;
export type Values = Readonly<Record<string, Value>>;

/** The columns that a row's checksum covers: those that never change without it. */
const GUARDED = {
	settings: ['channel', 'settings'],
	words: ['word', 'added'],
	blocks: ['person', 'name', 'since'],
	reports: ['request', 'line', 'owner_name', 'reporter', 'reporter_name', 'made'],
	paces: ['kind', 'model', 'seconds'],
	prompt_files: ['person', 'name', 'blob', 'width', 'prompts', 'added'],
} as const;

export type GuardedTable = keyof typeof GUARDED;

export const isGuarded = (table: string): table is GuardedTable => Object.hasOwn(GUARDED, table);

/** In hex digits. Enough to notice damage; it does not guard against forgery, as it is in the same file. */
const CHECKSUM_LENGTH = 16;

export function checksumOf(values: readonly Value[]): string {
	return checksumOfJson(JSON.stringify(values));
}

/** @param json of the values, as an array; SQLite's json_array writes texts and whole numbers as JSON.stringify does */
export function checksumOfJson(json: string | Uint8Array): string {
	return createHash('sha256').update(json).digest('hex').slice(0, CHECKSUM_LENGTH);
}

export const checksumOfRow = (table: GuardedTable, row: Values): string =>
	checksumOf(GUARDED[table].map((column) => row[column]));

export const isAsWritten = (table: GuardedTable, row: Values): boolean =>
	row.checksum === null || row.checksum === checksumOfRow(table, row);

/**
 * Writes a row with its checksum.
 *
 * @param row all columns except those that SQLite fills in
 * @param otherwise what to do if there is already a row with the same key
 * @returns whether it was written
 */
export function put(database: Database, table: GuardedTable, row: Values, otherwise: 'IGNORE' | 'REPLACE'): boolean {
	const whole = { ...row, checksum: checksumOfRow(table, row) };
	const columns = Object.keys(whole);
	const values = columns.map((column) => `@${column}`);
	const sql = `INSERT OR ${otherwise} INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`;
	return statement(database, sql).run(whole).changes > 0;
}
