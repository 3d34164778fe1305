import { beforeEach, describe, expect, it } from 'vitest';
import { Pace } from '../../../gpu/training/pace.ts';

let pace: Pace;
beforeEach(() => {
	pace = new Pace();
});

/** Steps of so many seconds, for so long; what was said after each. */
function run(secondsPerStep: number, forSeconds: number): number[] {
	return Array.from({ length: Math.round(forSeconds / secondsPerStep) }, () => {
		pace.add(secondsPerStep);
		return pace.secondsPerStep as number;
	});
}

describe('the pace of a training', () => {
	it('is nothing before a step, and forgets the first, which is slow, with the second', () => {
		expect([pace.secondsPerStep, pace.freeSecondsPerStep]).toEqual([undefined, undefined]);
		pace.add(9);
		expect(pace.secondsPerStep).toBe(9);
		pace.add(0.1);
		expect(pace.secondsPerStep).toBeCloseTo(0.1, 9);
	});

	it('follows a rush by degrees: the time left never leaps', () => {
		run(0.1, 120);
		const said = [...run(0.5, 180), ...run(0.1, 180)];
		const leaps = said.slice(1).map((seconds, i) => Math.abs(seconds / said[i] - 1));
		expect(Math.max(...leaps)).toBeLessThan(0.05);
		expect(said[359]).toBeGreaterThan(0.25); // after three minutes of it, it shows
		expect(said[359]).toBeLessThan(0.5);
		expect(said.at(-1)).toBeLessThan(0.2); // and is over when it is over
	});

	it('comes to the new pace in the end', () => {
		run(0.1, 60);
		expect(run(0.5, 1200).at(-1)).toBeCloseTo(0.5, 2);
	});

	it('hardly minds a night that the computer slept through', () => {
		const before = run(0.1, 120).at(-1) as number;
		pace.add(8 * 3600);
		expect(pace.secondsPerStep as number).toBeLessThan(1.05 * before);
	});

	it('knows how fast it was in its fastest twenty steps, once there were as many', () => {
		for (let i = 0; i < 19; i++) pace.add(0.1);
		expect(pace.freeSecondsPerStep).toBeUndefined();
		pace.add(0.1);
		expect(pace.freeSecondsPerStep).toBeCloseTo(0.1, 9);
		run(1, 100);
		expect(pace.freeSecondsPerStep).toBeCloseTo(0.1, 9);
		run(0.05, 10);
		expect(pace.freeSecondsPerStep).toBeCloseTo(0.05, 9);
	});
});
