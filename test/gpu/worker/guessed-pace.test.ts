import { expect, test } from 'vitest';
import { guessedPace } from '../../../gpu/worker/guessed-pace.ts';

const M = { parameters: 372e6, sampleSize: 64 };
const XL = { parameters: 4.3e9, sampleSize: 64 };

test('is that of IF-I-M as measured, shared by the cores, and grows with the model', () => {
	expect(guessedPace(M, { provider: 'cpu', threads: 1 })).toBeCloseTo(3.69);
	expect(guessedPace(M, { provider: 'cpu', threads: 2 })).toBeCloseTo(1.845);
	// 34 guided steps on two cores: 24 minutes.
	expect((34 * 2 * guessedPace(XL, { provider: 'cpu', threads: 2 })!) / 60).toBeCloseTo(24.2, 1);
	expect(guessedPace(XL, { provider: 'cuda', threads: 2 })).toBeCloseTo(0.101, 3);
	expect(guessedPace(M, { provider: 'webgpu' })).toBeUndefined();
});
