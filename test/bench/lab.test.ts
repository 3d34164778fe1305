import { expect, test } from 'vitest';
import { type Lab, simulate } from '../../bench/lab/simulate.ts';

const LAB: Lab = {
	students: 4,
	devices: 1,
	slots: 2,
	secondsPerEvaluation: 0.1,
	requests: [{ evaluations: 100, weight: 1 }],
	startSeconds: 0,
	thinkingSeconds: 1e9,
	seconds: 60,
	seed: 1,
};

test('jobs on a device share it, and the others wait', () => {
	const { waits, longestLine } = simulate(LAB);
	expect(waits.map((wait) => +wait.toFixed(9))).toEqual([20, 20, 40, 40]);
	// The first two start at once; the students come one after the other.
	expect(longestLine).toBe(2);
});

test('jobs on two devices do not slow each other down', () => {
	const { waits, longestLine } = simulate({ ...LAB, students: 2, devices: 2 });
	expect(waits.map((wait) => +wait.toFixed(9))).toEqual([10, 10]);
	expect(longestLine).toBe(0);
});

test('what is not done when the session ends is not counted', () => {
	expect(simulate({ ...LAB, seconds: 39 }).waits).toHaveLength(2);
});

test('students ask again after thinking', () => {
	const { waits } = simulate({ ...LAB, students: 1, thinkingSeconds: 10, seconds: 1000 });
	// Pictures take 10 s and thinking as long on average.
	expect(waits.length).toBeGreaterThan(40);
	expect(waits.length).toBeLessThan(60);
});
