/** Prepared statements, kept: preparing one takes longer than running it. */
import type Libsql from 'libsql';

type Database = InstanceType<typeof Libsql>;
type Statement = Pick<Libsql.Statement, 'run' | 'get' | 'all'>;

const kept = new WeakMap<Database, Map<string, Statement>>();

/** What ends a group of writes that others have begun, by database. */
const groups = new WeakMap<Database, () => void>();

/** @param end called before anybody writes: their writes must not share the fate of a group that they know nothing of */
export function beforeOthersWrite(database: Database, end: () => void): void {
	groups.set(database, end);
}

/** Ends the group of writes that is open, if there is one. */
export function endGroup(database: Database): void {
	groups.get(database)?.();
}

const WRITES = /^(INSERT|UPDATE|DELETE)/;

/** @param sql one of a few texts: values are bound, not written into it */
export function statement(database: Database, sql: string): Statement {
	if (WRITES.test(sql)) endGroup(database);
	const known = kept.get(database) ?? new Map<string, Statement>();
	kept.set(database, known);
	const prepared = known.get(sql) ?? database.prepare(sql);
	known.set(sql, prepared);
	return prepared;
}
