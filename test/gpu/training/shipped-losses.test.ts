import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIGIT_MODELS, shippedLosses } from '../../../gpu/jobs/index.ts';
import { SHIPPED_FOLDER, shippedIndex, shippedIndexFile } from '../../../gpu/models/digits/shipped.ts';
import { shipLosses } from '../../../gpu/training/shipped-losses.ts';

const read = async (folder: string) =>
	shippedLosses.parse(JSON.parse(await readFile(join(folder, 'losses.json'), 'utf8')));

describe('shipped losses', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-losses-'));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	it('are thinned to means of neighbours, and added to those of other networks', async () => {
		const losses = Array.from({ length: 1000 }, (_, i) => 1 / (i + 1));
		await shipLosses(folder, 'time', losses);
		await shipLosses(folder, 'class', [0.123456, 0.2]);
		await shipLosses(folder, 'class', [0.3]);
		const { time = [], ...others } = await read(folder);
		expect(others).toEqual({ class: [[1, 0.3]] });
		// Two or three steps per point.
		expect(time).toHaveLength(400);
		expect(time[0]).toEqual([1.5, 0.75]);
		expect(time.at(-1)).toEqual([999, 0.001001]);
	});
});

describe('shipped losses in this copy', async () => {
	const losses = await read(SHIPPED_FOLDER);
	const index = shippedIndex.parse(JSON.parse(await readFile(shippedIndexFile(SHIPPED_FOLDER), 'utf8')));

	it.each(DIGIT_MODELS.filter((model) => index[model]))(
		'of %s belong to the training that made the weights',
		(model) => {
			const { steps, epochs, lossOfLastEpoch } = index[model]!.training as Record<string, number>;
			const points = losses[model]!;
			const lastEpoch = points.filter(([step]) => step > steps * (1 - 1 / epochs));
			const mean = lastEpoch.reduce((sum, [, loss]) => sum + loss, 0) / lastEpoch.length;
			expect(points.at(-1)![0]).toBeGreaterThan(0.99 * steps);
			expect(points.at(-1)![0]).toBeLessThanOrEqual(steps);
			expect(mean / lossOfLastEpoch).toBeCloseTo(1, 2);
		},
	);
});
