import { describe, expect, it } from 'vitest';
import { learningRateAt } from '../../../gpu/training/learning-rate.ts';

/** 10 steps an epoch. */
const plan = { batchSize: 6, epochs: 20, learningRate: 1e-3 };
const rateAt = (step: number, decay: 'constant' | 'exponential' | 'cosine', changes = {}) =>
	learningRateAt(step, { ...plan, decay, ...changes }, 65);

describe('the learning rate', () => {
	it('can be constant', () => expect(rateAt(199, 'constant')).toBe(1e-3));

	it('falls by 0.1^(1/20) with each of 20 epochs, as in the course', () => {
		expect(rateAt(9, 'exponential')).toBe(1e-3);
		expect(rateAt(10, 'exponential')).toBeCloseTo(1e-3 * 0.1 ** (1 / 20), 12);
		expect(rateAt(199, 'exponential')).toBeCloseTo(1e-3 * 0.1 ** (19 / 20), 12);
	});

	it('can fall along a cosine to the end', () => {
		expect(rateAt(0, 'cosine')).toBe(1e-3);
		expect(rateAt(100, 'cosine')).toBeCloseTo(5e-4, 12);
		expect(rateAt(200, 'cosine')).toBeCloseTo(0, 12);
		expect(rateAt(25, 'cosine', { steps: 50 })).toBeCloseTo(5e-4, 12);
	});
});
