import { expect, test } from 'vitest';
import { digitUnet } from '../../../gpu/models/digits/unet.ts';
import { expectedTrainingBytes } from '../../../gpu/training/memory.ts';

/** Measured GB of the whole process. */
test.each([
	[64, 128, 1.46],
	[128, 256, 5.83],
	[32, 64, 0.44],
	[16, 512, 1.36],
	[64, 32, 0.53],
	[256, 4, 2.0],
])('D %i and batch %i take about %d GB', (hidden, batchSize, measured) => {
	const estimate = expectedTrainingBytes(digitUnet('class', hidden), batchSize) / 1e9;
	expect(estimate / measured).toBeGreaterThan(0.95);
	expect(estimate / measured).toBeLessThan(1.25);
});
