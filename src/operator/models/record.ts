/** What was pulled into a directory: the file in it that says which files belong there, and by which hashes. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../../../gpu/write-whole.ts';
import { partOf } from '../download/download.ts';

const entry = z.object({
	path: z.string().regex(/^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/),
	size: z.int().min(0),
	digest: z.union([z.object({ sha256: z.string() }), z.object({ git: z.string() })]),
	/** It was found to have another hash than it should. */
	damaged: z.literal(true).optional(),
});

const schema = z.object({ repository: z.string(), commit: z.string(), files: z.array(entry) });

export type PullRecord = z.infer<typeof schema>;
export type RecordedFile = PullRecord['files'][number];

const NAME = 'pulled.json';

/** Undefined if nothing was pulled into the directory, or its record cannot be read. */
export async function readRecord(directory: string): Promise<PullRecord | undefined> {
	try {
		return schema.parse(JSON.parse(await readFile(join(directory, NAME), 'utf8')));
	} catch {
		return undefined;
	}
}

/** Writes it unless it says the same already: a newer file would make the bot take the model for another one. */
export async function writeRecord(directory: string, record: PullRecord): Promise<void> {
	const file = join(directory, NAME);
	const text = `${JSON.stringify(record, null, '\t')}\n`;
	if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) await writeWhole(file, text);
}

export interface Presence {
	readonly file: RecordedFile;
	/** Whether all of it is there, and it was not found damaged. */
	readonly whole: boolean;
	/** How many bytes of it are there, or in its unfinished part. */
	readonly bytes: number;
}

/** How much of what belongs into a directory is there. */
export const presenceIn = (directory: string, files: readonly RecordedFile[]): Promise<readonly Presence[]> =>
	Promise.all(
		files.map(async (file): Promise<Presence> => {
			const path = join(directory, file.path);
			if (!file.damaged && (await sizeOf(path)) === file.size) return { file, whole: true, bytes: file.size };
			const part = (await sizeOf(partOf(path))) ?? 0;
			return { file, whole: false, bytes: part <= file.size ? part : 0 };
		}),
	);

/** Whether all that was to be pulled into the directory is there. */
export async function isComplete(directory: string): Promise<boolean> {
	const record = await readRecord(directory);
	return record !== undefined && (await presenceIn(directory, record.files)).every(({ whole }) => whole);
}

async function sizeOf(path: string): Promise<number | undefined> {
	const found = await stat(path).catch(() => undefined);
	return found?.isFile() ? found.size : undefined;
}
