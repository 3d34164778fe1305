/** Stores which files of prompt embeddings people keep: see commands/lib/prompt-files.ts. The bytes are in the blob store. */
import type { PromptFile } from '../../commands/lib/prompt-files.ts';
import type { BlobRef } from '../../gpu/jobs/index.ts';
import type { Database } from './database.ts';
import { put } from './guarded.ts';
import type { RequestRecord } from './records.ts';
import { statement } from './statements.ts';

interface Row extends Omit<PromptFile, 'prompts'> {
	readonly prompts: string;
}

export class PromptFileStore {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	/** One person's files, newest first. */
	of(person: string): readonly PromptFile[] {
		const sql = 'SELECT name, blob, width, prompts FROM prompt_files WHERE person = ? ORDER BY added DESC, rowid DESC';
		const rows = statement(this.#database, sql).all(person) as Row[];
		return rows.map(({ prompts, ...file }) => ({ ...file, prompts: JSON.parse(prompts) }));
	}

	/** Keeps a file, replacing one of the same name. */
	put(person: string, { name, blob, width, prompts }: PromptFile, now = Date.now()): void {
		const row = { person, name, blob, width, prompts: JSON.stringify(prompts), added: now, used: now };
		put(this.#database, 'prompt_files', row, 'REPLACE');
	}

	remove(person: string, name: string): void {
		statement(this.#database, 'DELETE FROM prompt_files WHERE person = ? AND name = ?').run(person, name);
	}

	/** Marks files as used now, which `forgetUnused` goes by. */
	used(person: string, blobs: readonly BlobRef[], now = Date.now()): void {
		const update = statement(this.#database, 'UPDATE prompt_files SET used = ? WHERE person = ? AND blob = ?');
		for (const blob of blobs) update.run(now, person, blob);
	}

	/** Whether anybody keeps the file, or it is needed by a request other than `but` that is somebody else's or under way. */
	needs(blob: BlobRef, but: Pick<RequestRecord, 'id' | 'owner'>): boolean {
		const sql = `
			SELECT 1 FROM prompt_files WHERE blob = @blob
			UNION ALL
			SELECT 1 FROM pictures JOIN requests ON requests.id = request
			WHERE blob = @blob AND request <> @id AND (owner <> @person OR state IN ('waiting', 'running'))
			LIMIT 1`;
		return statement(this.#database, sql).get({ blob, id: but.id, person: but.owner.id }) !== undefined;
	}

	/** Forgets files that no job has used since `time`, in milliseconds since 1970. */
	forgetUnused(time: number): void {
		statement(this.#database, 'DELETE FROM prompt_files WHERE used < ?').run(time);
	}
}
