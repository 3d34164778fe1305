/**
 * Tells models apart by what is in their files, whenever these were stored and under which path: machines have copies of the same
 * model.
 */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { remember } from '../remember.ts';
import { openFile } from './files.ts';
import { encoderFiles, networkFiles } from './needed-files.ts';

/** The folders of a model directory. Others, such as a safety checker, are not read. */
const FOLDERS = ['unet', 'text_encoder', 'tokenizer', 'scheduler', 'image_noising_scheduler', 'watermarker'];

/** Of a network in both precisions; some machines have only this one. */
const PREFER = 'half';

/** Of a larger file only samples are read: weights that were trained differently differ almost everywhere. */
const MAX_WHOLE_BYTES = 2 ** 20;
const SAMPLES = 16;
const SAMPLE_BYTES = 4096;

/** The revision of a model directory's network, with its schedules and its mark: 12 hexadecimal digits. */
export async function networkRevision(directory: string): Promise<string> {
	return revisionOf(directory, networkFiles(await pathsIn(directory), PREFER));
}

/** The same for its text encoder and tokenizer. */
export async function encoderRevision(directory: string): Promise<string> {
	return revisionOf(directory, encoderFiles(await pathsIn(directory), PREFER));
}

/** One revision for several. */
export const combined = (...revisions: readonly string[]): string => shortHash(revisions.join());

/** The revision of one file. Throws a ModelError if it cannot be read. */
export async function fileRevision(file: string): Promise<string> {
	const state = await stat(file).catch(() => undefined); // reading it reports what is wrong
	return digestOf(file, `${state?.size} ${state?.mtimeMs} ${state?.ino}`);
}

async function revisionOf(directory: string, paths: readonly string[]): Promise<string> {
	const files = [...paths].sort().map(async (path) => `${path} ${await fileRevision(join(directory, path))}`);
	return combined(...(await Promise.all(files)));
}

/** All paths of a model directory that matter, from there, with forward slashes. */
async function pathsIn(directory: string): Promise<readonly string[]> {
	const folders = FOLDERS.map(async (folder) => {
		const names = await readdir(join(directory, folder)).catch(() => []);
		return names.map((name) => `${folder}/${name}`);
	});
	const names = await readdir(directory);
	return [...names, ...(await Promise.all(folders)).flat()];
}

const digestOf = remember(
	async (path: string, _state: string): Promise<string> => {
		const file = await openFile(path);
		try {
			const { size } = await file.stat();
			if (size <= MAX_WHOLE_BYTES) return shortHash(await file.readFile());
			const samples = Array.from({ length: SAMPLES }, async (_, i) => {
				const position = Math.floor((i * (size - SAMPLE_BYTES)) / (SAMPLES - 1));
				return (await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, position)).buffer;
			});
			return shortHash(Buffer.concat([Buffer.from(`${size} `), ...(await Promise.all(samples))]));
		} finally {
			await file.close();
		}
	},
	{ max: 1024 },
);

const shortHash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex').slice(0, 12);
