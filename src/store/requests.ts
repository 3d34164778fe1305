/** Stores the requests, one row each. */
import { randomBytes } from 'node:crypto';
import type { BlobRef } from '../../gpu/jobs/index.ts';
import { type Database, inTransaction, memoryDatabase } from './database.ts';
import { picturesOf } from './pictures.ts';
import type { MessageKey, RequestRecord } from './records.ts';
import { CHANGING, COLUMNS, fromRow, type Row, toRow } from './request-row.ts';
import { statement } from './statements.ts';

/** By time of arrival; within a millisecond, in the order in which they were added. */
const IN_ORDER = 'ORDER BY created, rowid';

export class RequestStore {
	readonly database: Database;

	constructor(database = memoryDatabase()) {
		this.database = database;
	}

	/** Ids are short, unguessable and fit every platform's button ids: 12 characters of base64url. */
	newId(): string {
		return randomBytes(9).toString('base64url');
	}

	/** When it returns, the request outlives the process. */
	add(record: RequestRecord): void {
		record.created ??= Date.now();
		const values = COLUMNS.map((column) => `@${column}`);
		this.#write(record, `INSERT INTO requests (${COLUMNS.join(', ')}) VALUES (${values.join(', ')})`);
	}

	/** Stores a record's changes. One that was deleted in the meantime stays deleted. */
	save(record: RequestRecord): void {
		this.#write(
			record,
			`UPDATE requests SET ${CHANGING.map((column) => `${column} = @${column}`).join(', ')} WHERE id = @id`,
		);
	}

	get(id: string): RequestRecord | undefined {
		return this.#read('id = ?', id)[0];
	}

	/** The newest request that the message belongs to. */
	at({ platform, channel, message }: MessageKey): RequestRecord | undefined {
		// The plus keeps SQLite from reading all of a platform's requests in their order.
		const condition = 'surface = ? AND channel = ? AND message = ? ORDER BY +created, rowid';
		return this.#read(condition, platform, channel, message).at(-1);
	}

	/** Deleted requests that can still be restored, oldest first. */
	deleted(): RequestRecord[] {
		return this.#select(`deleted IS NOT NULL ${IN_ORDER}`);
	}

	/** Waiting and running requests, oldest first. */
	open(): RequestRecord[] {
		return this.#read(`state IN ('waiting', 'running') ${IN_ORDER}`);
	}

	/** One owner's requests that ended at or after `since`, oldest first. */
	endedSince(owner: string, since: number): RequestRecord[] {
		return this.#read(`owner = ? AND ended >= ? ${IN_ORDER}`, owner, since);
	}

	/** A platform's newest requests in any state, oldest first. */
	newest(platform: string, count: number): RequestRecord[] {
		return this.#read('surface = ? ORDER BY created DESC, rowid DESC LIMIT ?', platform, count).reverse();
	}

	/**
	 * The newest requests of a platform that were answered, the newest first.
	 *
	 * @param search a text in their options, whatever its case
	 * @param before only those that came before that time, in milliseconds since 1970
	 */
	answered(platform: string, search: string, before: number, count: number): RequestRecord[] {
		return this.#read(
			"surface = ? AND state = 'done' AND answer IS NOT NULL AND instr(lower(options), lower(?)) > 0 AND created < ? ORDER BY created DESC, rowid DESC LIMIT ?",
			platform,
			search,
			before,
			count,
		);
	}

	/** Requests that ended within the `ms` milliseconds before the latest activity, oldest first. */
	lastEnded(ms: number): RequestRecord[] {
		// What has ended was created and began before that, so only open requests can be newer.
		const begun = "SELECT max(max(created, coalesce(began, 0))) FROM requests WHERE state IN ('waiting', 'running')";
		const latest = `max(coalesce((SELECT max(ended) FROM requests), 0), coalesce((${begun}), 0))`;
		return this.#read(`ended >= ${latest} - ? ${IN_ORDER}`, ms);
	}

	/** Forgets requests, all or none; returns those of their files that nothing else needs. */
	delete(...ids: readonly string[]): BlobRef[] {
		return inTransaction(this.database, () => {
			const own = new Set(ids.flatMap((id) => this.#pictures('SELECT blob FROM pictures WHERE request = ?', id)));
			const forgetPictures = statement(this.database, 'DELETE FROM pictures WHERE request = ?');
			const forgetRequest = statement(this.database, 'DELETE FROM requests WHERE id = ?');
			for (const id of ids) {
				forgetPictures.run(id);
				forgetRequest.run(id);
			}
			return [...own].filter((blob) => !this.needs(blob));
		});
	}

	/** Whether any request needs a file of the blob store, or anybody keeps it as a prompt file. */
	needs(blob: BlobRef): boolean {
		const sql =
			'SELECT 1 FROM pictures WHERE blob = @blob UNION ALL SELECT 1 FROM prompt_files WHERE blob = @blob LIMIT 1';
		return statement(this.database, sql).get({ blob }) !== undefined;
	}

	/** Ids of requests that ended before `time`, in milliseconds since 1970. */
	endedBefore(time: number): string[] {
		const rows = statement(this.database, `SELECT id FROM requests WHERE ended < ? ${IN_ORDER}`).all(time) as {
			id: string;
		}[];
		return rows.map(({ id }) => id);
	}

	#pictures(sql: string, ...values: readonly string[]): BlobRef[] {
		return (statement(this.database, sql).all(...values) as { blob: BlobRef }[]).map(({ blob }) => blob);
	}

	/** Leaves deleted requests out. */
	#read(condition: string, ...values: readonly (string | number)[]): RequestRecord[] {
		return this.#select(`deleted IS NULL AND ${condition}`, ...values);
	}

	#select(condition: string, ...values: readonly (string | number)[]): RequestRecord[] {
		const sql = `SELECT ${COLUMNS.join(', ')} FROM requests WHERE ${condition}`;
		return (statement(this.database, sql).all(...values) as Row[]).map(fromRow);
	}

	#write(record: RequestRecord, sql: string): void {
		const row = toRow(record);
		const pictures = picturesOf(record);
		const write = () => {
			if (statement(this.database, sql).run(row).changes === 0) return;
			const insert = statement(this.database, 'INSERT OR IGNORE INTO pictures (blob, request) VALUES (?, ?)');
			for (const blob of pictures) insert.run(blob, record.id);
		};
		// One statement is a transaction by itself.
		if (pictures.size === 0) write();
		else inTransaction(this.database, write);
	}
}
