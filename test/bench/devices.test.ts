/** The benchmarks for GPUs, as far as a machine without one can test them. */
import { expect, test } from 'vitest';
import { benchOps } from '../../bench/ops.ts';
import { SHAPES } from '../../bench/shape-configs.ts';
import { parseUNetConfig } from '../../gpu/models/deepfloyd/config.ts';
import { cosine, largestError, relativeRms } from '../../gpu/tensor/compare.ts';

test('tensors are compared by relative RMS, largest error and cosine', () => {
	const [a, b] = [Float32Array.of(3, 4, 1), Float32Array.of(3, 4, 0)];
	expect(relativeRms(a, b)).toBeCloseTo(0.2, 12);
	expect(largestError(a, b)).toBe(1);
	expect(largestError(Float32Array.of(Number.NaN, 0), Float32Array.of(0, 1))).toBeNaN();
	expect(cosine(a, b)).toBeCloseTo(25 / Math.sqrt(26 * 25), 12);
});

test('the CPU and plain TypeScript agree on every operation', async () => {
	const { rows } = await benchOps({ provider: 'cpu', threads: 1 });
	expect(rows.length).toBeGreaterThan(20);
	for (const [name, dtype, error] of rows) expect(Number(error), `${name} in ${dtype}`).toBeLessThan(1e-4);
});

test.each(Object.keys(SHAPES))('%s has a configuration that the bot can read', (name) => {
	const { sampleSize, hasNoiseLevel, levels } = parseUNetConfig(SHAPES[name], name);
	expect(sampleSize).toBe(name === 'tiny' ? 16 : hasNoiseLevel ? 256 : 64);
	expect(levels).toHaveLength(hasNoiseLevel ? 5 : 4);
});
