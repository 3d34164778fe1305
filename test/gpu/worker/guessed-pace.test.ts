import { expect, test } from 'vitest';
import { guessedPace } from '../../../gpu/worker/guessed-pace.ts';

const M = { parameters: 372e6, sampleSize: 64 };
const XL = { parameters: 4.3e9, sampleSize: 64 };

test('the guessed pace is that measured for IF-I-M, divided by the cores, and grows with the model', () => {
	expect(guessedPace(M, { provider: 'cpu', threads: 1 })).toBeCloseTo(3.69);
	expect(guessedPace(M, { provider: 'cpu', threads: 2 })).toBeCloseTo(1.845);
	// 34 guided steps take 24 minutes on two cores.
	expect((34 * 2 * guessedPace(XL, { provider: 'cpu', threads: 2 })!) / 60).toBeCloseTo(24.2, 1);
	expect(guessedPace(XL, { provider: 'cuda', threads: 2 })).toBeCloseTo(0.101, 3);
	expect(guessedPace(M, { provider: 'webgpu' })).toBeUndefined();
});
