import { describe, expect, test } from 'vitest';
import { judge } from '../../../gpu/self-test/self-test.ts';

describe('a device', () => {
	test('passes if it is right and faster', () => {
		expect(judge({ 'stage I': 0.009, 'stage II': 0.004 }, 41)).toEqual({ speedup: 41 });
	});

	test.each([[0.2], [Number.NaN], [Number.POSITIVE_INFINITY]])('fails if one network is off by %d', (difference) => {
		const { problem } = judge({ 'stage I': 0.001, 'stage II': difference }, 41);
		expect(problem).toMatch(/^computes wrongly \(stage II: off by .* %\)$/);
	});

	test('fails if it is right but slower', () => {
		expect(judge({ 'stage I': 0.001 }, 0.02).problem).toMatch(/^is no faster than the CPU \(0\.020 times its speed\)/);
	});
});
