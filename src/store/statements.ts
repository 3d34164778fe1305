/** Prepared statements, kept: preparing one takes longer than running it. */
import type Libsql from 'libsql';

type Database = InstanceType<typeof Libsql>;
type Statement = Pick<Libsql.Statement, 'run' | 'get' | 'all'>;

const kept = new WeakMap<Database, Map<string, Statement>>();

/** @param sql one of a few texts: values are bound, not written into it */
export function statement(database: Database, sql: string): Statement {
	const known = kept.get(database) ?? new Map<string, Statement>();
	kept.set(database, known);
	const prepared = known.get(sql) ?? database.prepare(sql);
	known.set(sql, prepared);
	return prepared;
}
