/**
 * Finds damage in the database, whether by a disk, a copy or a person. Text is read as bytes, because libsql ends the process
 * when it reads invalid UTF-8 as text.
 */
import Libsql from 'libsql';
import {
	checksumOfJson,
	checksumOfRow,
	type Database,
	isAsWritten,
	isGuarded,
	type Value,
	type Values,
} from './guarded.ts';
import { MIGRATIONS } from './migrations.ts';
import { COLUMNS, isAsWritten as isRequestAsWritten, type Row } from './request-row.ts';

/** The file as a whole cannot be used. */
export class Damage extends Error {}

/** Checks for tables whose rows can be wrong in more than their UTF-8, including rows without a checksum. */
const SOUND: Readonly<Record<string, (row: Values) => boolean>> = {
	requests: (row) => isRequestAsWritten(row as unknown as Row),
	settings: ({ settings }) => isObject(String(settings)),
	prompt_files: ({ prompts }) => Array.isArray(JSON.parse(String(prompts))),
	paces: ({ seconds }) => Number.isFinite(seconds) && Number(seconds) > 0,
};

/**
 * How many migration steps the database has been through. The number is stored twice and also follows from the tables, so that
 * one wrong bit cannot change it.
 *
 * @returns more steps than exist here for a database of a newer version
 * @throws {Damage} when the tables match no version
 */
export function versionOf(database: Database): number {
	const said = number(database, 'user_version');
	const again = number(database, 'application_id') - APPLICATION;
	if (said > MIGRATIONS.length && said === again) return said;
	const found = tablesOf(database);
	const fitting = [...tablesOfVersions().entries()]
		.filter(([, tables]) => tables === found)
		.map(([version]) => version);
	const version = [said, again].find((number) => fitting.includes(number)) ?? fitting.at(-1);
	if (version !== undefined) return version;
	// A newer version may have added tables before it stored its number twice.
	if (said > MIGRATIONS.length && !isSayingTwice(again)) return said;
	throw new Damage('the tables match no version');
}

/** Whether both stored numbers are `version`. */
export function isAtVersion(database: Database, version: number): boolean {
	return number(database, 'user_version') === version && number(database, 'application_id') === APPLICATION + version;
}

/** Stores the number that versionOf reads. */
export function setVersion(database: Database, version: number): void {
	database.exec(`PRAGMA user_version = ${version}; PRAGMA application_id = ${APPLICATION + version}`);
}

/** "Fl" in the upper half; the lower half is the version. */
const APPLICATION = 0x466c0000;

const isSayingTwice = (again: number) => again > 0 && again < 0x10000;

/**
 * Rebuilds damaged indexes.
 *
 * @returns whether there were any
 * @throws {Damage} when pages are damaged
 */
export function makeWhole(database: Database): boolean {
	if (check(database) === undefined) return false;
	database.exec('REINDEX');
	const found = check(database);
	if (found !== undefined) throw new Damage(found);
	return true;
}

/** Deletes the rows that differ from what was written; returns how many per table, for the tables that had any. */
export function deleteDamagedRows(database: Database): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const [table, columns] of tableColumns(database)) {
		const selected = columns.map(({ name, type }) => (type === 'TEXT' ? `CAST(${name} AS BLOB) AS ${name}` : name));
		const keys = columns.filter(({ key }) => key).map(({ name }) => name);
		const damaged: (readonly string[])[] = [];
		const where = SUSPECTS[table]?.(database) ?? '';
		const rows = database.prepare(`SELECT ${selected.join(', ')} FROM ${table} ${where}`);
		for (const raw of rows.iterate() as Iterable<Raw>) {
			if (!isSound(table, raw)) damaged.push(keys.map((key) => hex(raw[key])));
		}
		if (damaged.length === 0) continue;
		const these = keys.map((key) => `hex(${key}) = ?`).join(' AND ');
		const remove = database.prepare(`DELETE FROM ${table} WHERE ${these}`);
		for (const values of damaged) remove.run(...values);
		counts.set(table, damaged.length);
	}
	return counts;
}

/**
 * Which rows of the two large tables have to be looked at more closely, as conditions: nearly all of a hundred thousand are
 * right, which is found out faster in other ways.
 */
const SUSPECTS: Readonly<Record<string, (database: Database) => string>> = {
	requests: withWrongChecksum,
	// References and ids are ASCII.
	pictures: () => "WHERE blob GLOB '*[^0-9a-f]*' OR request GLOB '*[^0-9A-Za-z_-]*'",
};

function withWrongChecksum(database: Database): string {
	const values = COLUMNS.map((column) => (column === 'checksum' ? 'NULL' : column));
	const rows = database.prepare(
		`SELECT rowid AS row, CAST(checksum AS BLOB) AS checksum, CAST(json_array(${values}) AS BLOB) AS json FROM requests`,
	);
	try {
		const found: number[] = [];
		for (const { row, checksum, json } of rows.iterate() as Iterable<Record<'row', number> & Raw>) {
			const isRight =
				checksum instanceof ArrayBuffer &&
				json instanceof ArrayBuffer &&
				checksumOfJson(new Uint8Array(json)) === Buffer.from(checksum).toString('latin1');
			if (!isRight) found.push(row);
		}
		return `WHERE rowid IN (${found})`;
	} catch {
		// A value whose type is wrong cannot be written as JSON.
		return '';
	}
}

/** Adds checksums to sound rows from before there were any, except requests, which are soon rewritten or forgotten. */
export function guardRows(database: Database): void {
	for (const [table, columns] of tableColumns(database)) {
		if (!isGuarded(table)) continue;
		const keys = columns.filter(({ key }) => key).map(({ name }) => name);
		const update = database.prepare(
			`UPDATE ${table} SET checksum = ? WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')}`,
		);
		const rows = database.prepare(`SELECT * FROM ${table} WHERE checksum IS NULL`).all() as Record<string, Value>[];
		for (const row of rows) update.run(checksumOfRow(table, row), ...keys.map((key) => row[key]));
	}
}

type Raw = Readonly<Record<string, ArrayBuffer | number | null>>;

/** Like SQLite's hex() of text and integers. Needed because bytes cannot be bound. */
const hex = (value: Raw[string]) =>
	Buffer.from(value instanceof ArrayBuffer ? new Uint8Array(value) : Buffer.from(String(value)))
		.toString('hex')
		.toUpperCase();

const utf8 = new TextDecoder('utf-8', { fatal: true });

function isSound(table: string, raw: Raw): boolean {
	try {
		const values = Object.entries(raw).map(([name, value]) => [
			name,
			value instanceof ArrayBuffer ? utf8.decode(value) : value,
		]);
		const row = Object.fromEntries(values);
		return (SOUND[table]?.(row) ?? true) && (!isGuarded(table) || isAsWritten(table, row));
	} catch {
		return false;
	}
}

interface Column {
	readonly name: string;
	readonly type: string;
	readonly key: boolean;
}

function tableColumns(database: Database): readonly (readonly [string, readonly Column[]])[] {
	const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
	return (tables as { name: string }[]).map(({ name: table }) => {
		const columns = database.prepare('SELECT name, type, pk FROM pragma_table_info(?)').all(table);
		return [
			table,
			(columns as { name: string; type: string; pk: number }[]).map(({ name, type, pk }) => ({
				name,
				type,
				key: pk > 0,
			})),
		];
	});
}

/** Every column of every table and index, in a form that can be compared. */
function tablesOf(database: Database): string {
	const of = (from: string, columns: string) =>
		(
			database
				.prepare(`SELECT hex(s.name || ' ' || ${columns}) AS line FROM sqlite_schema AS s JOIN ${from}(s.name) AS p`)
				.all() as { line: string }[]
		).map(({ line }) => line);
	const lines = [
		...of('pragma_table_info', `p.name || ' ' || p.type || ' ' || p."notnull" || ' ' || p.pk`),
		...of('pragma_index_info', 'p.name'),
	];
	return lines.sort().join('\n');
}

/** Made when first needed. */
let versions: readonly string[] | undefined;

/** The tables after no migration step, after one, and so on to all of them. */
function tablesOfVersions(): readonly string[] {
	versions ??= makeVersions();
	return versions;
}

function makeVersions(): string[] {
	const database = new Libsql(':memory:');
	try {
		const none = tablesOf(database);
		const after = MIGRATIONS.map((step) => {
			database.exec(step);
			return tablesOf(database);
		});
		return [none, ...after];
	} finally {
		database.close();
	}
}

/** What is wrong with the pages or indexes, in one line; undefined if they are sound. */
export function check(database: Database): string | undefined {
	const rows = database.prepare('SELECT hex(integrity_check) AS found FROM pragma_integrity_check(1)').all();
	const found = Buffer.from((rows as { found: string }[])[0].found, 'hex').toString();
	return found === 'ok' ? undefined : found.replaceAll(/\s+/g, ' ');
}

function number(database: Database, pragma: string): number {
	return (database.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>)[pragma];
}

const isObject = (json: string) => {
	const value: unknown = JSON.parse(json);
	return typeof value === 'object' && value !== null && !Array.isArray(value);
};
