import { beforeEach, describe, expect, it } from 'vitest';
import { Pace } from '../../../gpu/training/pace.ts';

let pace: Pace;
beforeEach(() => {
	pace = new Pace();
});

/** Adds steps of `secondsPerStep` for `forSeconds`, and returns the pace after each. */
function run(secondsPerStep: number, forSeconds: number): number[] {
	return Array.from({ length: Math.round(forSeconds / secondsPerStep) }, () => {
		pace.add(secondsPerStep);
		return pace.secondsPerStep as number;
	});
}

describe('the pace of a training', () => {
	it('is unknown before the first step, and drops that slow step at the second', () => {
		expect([pace.secondsPerStep, pace.freeSecondsPerStep]).toEqual([undefined, undefined]);
		pace.add(9);
		expect(pace.secondsPerStep).toBe(9);
		pace.add(0.1);
		expect(pace.secondsPerStep).toBeCloseTo(0.1, 9);
	});

	it('follows changes gradually, so the time left never jumps', () => {
		run(0.1, 120);
		const said = [...run(0.5, 180), ...run(0.1, 180)];
		const leaps = said.slice(1).map((seconds, i) => Math.abs(seconds / said[i] - 1));
		expect(Math.max(...leaps)).toBeLessThan(0.05);
		expect(said[359]).toBeGreaterThan(0.25); // visible after three minutes
		expect(said[359]).toBeLessThan(0.5);
		expect(said.at(-1)).toBeLessThan(0.2); // recovers afterwards
	});

	it('converges to the new pace', () => {
		run(0.1, 60);
		expect(run(0.5, 1200).at(-1)).toBeCloseTo(0.5, 2);
	});

	it('hardly changes after a night during which the computer slept', () => {
		const before = run(0.1, 120).at(-1) as number;
		pace.add(8 * 3600);
		expect(pace.secondsPerStep as number).toBeLessThan(1.05 * before);
	});

	it('gives the pace of the fastest twenty steps, once there are as many', () => {
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
