/**
 * Tells models apart by what is in the files that are read, whenever these were stored and under which path: machines have copies of
 * the same model.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { remember } from '../remember.ts';
import { openFile } from './files.ts';
import { inHalfPrecision, type WeightFiles } from './weight-files.ts';

/** Of larger files only samples are read. */
const MAX_WHOLE_BYTES = 64 * 2 ** 20;
const SAMPLES = 4096;

/** The length of a sample: what a disk reads at once is never less. */
const SAMPLE_BYTES = 64;

/** One revision for several: 12 hexadecimal digits. */
export const combined = (...revisions: readonly string[]): string => shortHash(revisions.join());

/**
 * The revision of all weights in a component's folder: of each tensor its name, type and shape, and a sample of its values. Training
 * changes all values of a tensor, if any.
 *
 * @param opened in full precision, if it has them in both
 */
export async function weightsRevision(folder: string, opened: WeightFiles): Promise<string> {
	const half = await inHalfPrecision(folder);
	return combined(digestOf(opened), ...(half ? [digestOf(half)] : []));
}

function digestOf({ tensors }: WeightFiles): string {
	const digest = createHash('sha256');
	const open = new Map<string, number>();
	try {
		for (const [name, { file, dtype, shape, offset, length }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
			const descriptor = open.get(file) ?? openSync(file, 'r');
			open.set(file, descriptor);
			digest.update(`${name} ${dtype} ${shape}\n`);
			digest.update(sampleOf(descriptor, offset + Math.floor(Math.max(0, length - SAMPLE_BYTES) / 2), length));
		}
	} finally {
		for (const descriptor of open.values()) closeSync(descriptor);
	}
	return digest.digest('hex');
}

function sampleOf(descriptor: number, position: number, length: number): Buffer {
	const sample = Buffer.alloc(Math.min(SAMPLE_BYTES, length));
	readSync(descriptor, sample, 0, sample.length, position);
	return sample;
}

/** The revision of one file. Throws a ModelError if it cannot be read. */
export async function fileRevision(path: string): Promise<string> {
	const state = await stat(path).catch(() => undefined); // reading it reports what is wrong
	return readRevision(path, `${state?.size} ${state?.mtimeMs} ${state?.ino}`);
}

const readRevision = remember(
	async (path: string, _state: string): Promise<string> => {
		const file = await openFile(path);
		try {
			const { size } = await file.stat();
			if (size <= MAX_WHOLE_BYTES) return shortHash(await file.readFile());
			const step = (size - SAMPLE_BYTES) / (SAMPLES - 1);
			const samples = Array.from({ length: SAMPLES }, (_, i) => sampleOf(file.fd, Math.floor(i * step), SAMPLE_BYTES));
			return shortHash(Buffer.concat([Buffer.from(`${size} `), ...samples]));
		} finally {
			await file.close();
		}
	},
	{ max: 256 },
);

const shortHash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex').slice(0, 12);
