/** `models verify`: compares every file that was pulled with the hash that the hub gave for it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../gpu/jobs/index.ts';
import { hasTextEncoder } from '../../../gpu/models/directories.ts';
import type { Meter } from '../../base/meter.ts';
import { isRight } from '../download/checksum.ts';
import { Tally } from '../download/tally.ts';
import { findInstalled } from './installed.ts';
import { lockModels } from './lock.ts';
import { modelDirectory, type Places } from './plan.ts';
import { type PullRecord, type RecordedFile, readRecord, writeRecord } from './record.ts';
import { ENCODER } from './repositories.ts';

export interface Verified {
	readonly name: string;
	/** How many files were looked at. */
	readonly files: number;
	/** Paths of those that are not what they should be. */
	readonly damaged: readonly string[];
	readonly missing: readonly string[];
}

interface Pulled {
	readonly directory: string;
	readonly record: PullRecord;
}

/**
 * Checks a model, and the shared encoder if it has none of its own. What is found damaged is noted, so that the next pull
 * replaces it.
 *
 * @throws {UserError} for a model that is not there, or was not pulled
 * @throws the signal's reason when it is aborted
 */
export async function verifyModel(
	given: string,
	places: Places,
	{ meter, signal }: { readonly meter: Meter; readonly signal: AbortSignal },
): Promise<Verified> {
	const { name, directory } = await findInstalled(given, places);
	const record = await readRecord(directory);
	if (!record) {
		throw new UserError(`${name} was not brought by models pull, so there are no hashes to compare its files with.`);
	}
	const shared = modelDirectory(places.dataDir, ENCODER);
	const encoder = hasTextEncoder(directory) || directory === shared ? undefined : await readRecord(shared);
	const all: readonly Pulled[] = [{ directory, record }, ...(encoder ? [{ directory: shared, record: encoder }] : [])];
	const release = lockModels(places.dataDir);
	const files = all.flatMap((pulled) => pulled.record.files);
	const tally = new Tally(name, { done: 0, total: files.reduce((sum, { size }) => sum + size, 0) }, meter);
	const verdict = { damaged: [] as string[], missing: [] as string[] };
	try {
		for (const pulled of all) {
			const found = await compare(pulled, tally, signal);
			const prefix = pulled.directory === shared && directory !== shared ? `${ENCODER}/` : '';
			verdict.damaged.push(...found.damaged.map((path) => prefix + path));
			verdict.missing.push(...found.missing.map((path) => prefix + path));
		}
	} finally {
		tally.end();
		release();
	}
	return { name, files: files.length, ...verdict };
}

async function compare({ directory, record }: Pulled, tally: Tally, signal: AbortSignal) {
	const damaged: string[] = [];
	const missing: string[] = [];
	const after: RecordedFile[] = [];
	const onBytes = (bytes: number) => tally.add(bytes, true);
	for (const { damaged: _, ...file } of record.files) {
		const path = join(directory, file.path);
		tally.begin(file.path);
		const isThere = existsSync(path);
		const isDamaged = isThere && !(await isRight(path, file, { signal, onBytes }));
		if (!isThere) missing.push(file.path);
		if (isDamaged) damaged.push(file.path);
		after.push(isDamaged ? { ...file, damaged: true } : file);
	}
	await writeRecord(directory, { ...record, files: after });
	return { damaged, missing };
}
