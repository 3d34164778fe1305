import { expect, test } from 'vitest';
import { digitUnet } from '../../../gpu/models/digits/unet.ts';
import { estimateTrainingBytes } from '../../../gpu/training/memory.ts';

/** GB of the whole process, measured. */
test.each([
	[64, 128, 1.33],
	[128, 256, 4.73],
	[32, 64, 0.43],
	[16, 512, 1.17],
	[64, 32, 0.56],
])('D %i and batch %i take about %d GB', (hidden, batchSize, measured) => {
	const estimate = estimateTrainingBytes(digitUnet('time', hidden), batchSize) / 1e9;
	expect(estimate / measured).toBeGreaterThan(0.9);
	expect(estimate / measured).toBeLessThan(1.25);
});
