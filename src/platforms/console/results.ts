/** Searches the console's results, and exports them as a zip. */
import { zip } from 'fflate';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { Desk, PastResult } from '../../desk/desk.ts';
import { counterpartOf, pictureUrl } from './render.ts';
import { NAME } from './settings.ts';
import type { WireResult, WireResults } from './wire.ts';

/** Results on one page. */
const PAGE = 60;

/** Results in one zip, which is built in memory. */
export const MAX_EXPORTED = 300;

/**
 * One page of the newest results whose options contain a text.
 *
 * @param before only results requested before this time, in milliseconds since 1970
 */
export function findResults(desk: Desk, search: string, before: number): WireResults {
	const results = desk.results(NAME, { search, before, count: PAGE });
	const last = results.at(-1);
	return {
		results: results.filter(({ figures }) => figures.length > 0).map(toWire),
		...(results.length === PAGE && last && { more: last.created }),
	};
}

function toWire({ id, line, created, figures }: PastResult): WireResult {
	return {
		id,
		line,
		created,
		pictures: figures.map(({ bytes, type, width, height, alt, filename, against, factor }) => ({
			url: pictureUrl(bytes, type),
			width,
			height,
			alt,
			filename,
			...(factor && { factor }),
			...(against && { against: counterpartOf(against.bytes, against) }),
		})),
	};
}

/**
 * @returns a zip of the results' pictures, with a table that says what they show and how to make them again. Pictures that are
 * no longer stored, as after restoring a copy of the database, have a row in it without a file.
 */
export async function exportResults(desk: Desk, ids: readonly string[]): Promise<Uint8Array> {
	const chosen = ids.flatMap((id) => desk.result(NAME, id) ?? []);
	const files: Record<string, Uint8Array> = {};
	const rows: string[][] = [['file', 'command', 'seed', 'description']];
	for (const [i, { line, seed, figures }] of chosen.entries()) {
		for (const { bytes, filename, alt } of figures) {
			// Two results may have files with the same name.
			const file = `${String(i + 1).padStart(3, '0')}-${filename}`;
			const stored = await desk.blobs.get(bytes).catch(unlessMissing);
			if (stored) files[file] = stored;
			rows.push([stored ? file : '', line, seed === undefined ? '' : String(seed), alt]);
		}
	}
	files['captions.csv'] = new TextEncoder().encode(rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join(''));
	// Pictures are already compressed.
	return new Promise((resolve, reject) =>
		zip(files, { level: 0 }, (error, bytes) => (error ? reject(error) : resolve(bytes))),
	);
}

function unlessMissing(error: unknown): undefined {
	if (!(error instanceof UserError)) throw error;
}

/** The apostrophe keeps spreadsheets from running text that looks like a formula. */
const quoted = (text: string) => `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
