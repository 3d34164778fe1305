import { describe, expect, it } from 'vitest';
import { planTraining, UserError } from '../../../gpu/jobs/index.ts';
import { assertFits, forecastTraining } from '../../../gpu/queue/training-forecast.ts';
import type { RunSummary } from '../../../gpu/training/runs.ts';

const PLAN = planTraining({ model: 'class', preset: 'demo', seed: 1, hidden: 16, batchSize: 64, steps: 100 });

/** A run of this width on this machine, with this time per step. */
const past = (hidden: number, secondsPerStep: number, step = 50): RunSummary => ({
	id: `class-${hidden}`,
	plan: { ...PLAN, hidden },
	who: 'Ann',
	started: '2026-01-01T00:00:00Z',
	status: { state: 'done', step, secondsPerStep },
	epochs: [],
	keptSteps: 0,
});

describe('the time of a training', () => {
	it('assumes two ordinary cores if nothing is known', () => {
		const course = planTraining({ model: 'class', preset: 'course', seed: 1 });
		const { seconds, measured, steps } = forecastTraining(course, [], 1);
		expect([steps, measured]).toEqual([9360, false]);
		expect(seconds / 3600).toBeCloseTo((9360 * 128) / 120 / 3600, 6);
	});

	it('is based on the run closest in size, and the latest of several', () => {
		const runs = [past(32, 9), past(16, 0.5), past(16, 7), past(4, 3)];
		expect(forecastTraining(PLAN, runs, 1)).toMatchObject({ seconds: 50, measured: true });
		const { seconds, measured } = forecastTraining(PLAN, [past(32, 4)], 1);
		expect([seconds, measured]).toEqual([expect.closeTo(172.6, 1), true]);
	});

	it('grows with the width as measured: 0.07, 0.84 and 6.04 seconds per step', () => {
		const step = (hidden: number, batchSize: number) =>
			forecastTraining({ ...PLAN, hidden, batchSize, steps: 1 }, [], 1).seconds;
		expect(step(16, 64) / step(64, 128)).toBeCloseTo(0.07 / 0.84, 2);
		expect(step(128, 256) / step(64, 128)).toBeCloseTo(6.04 / 1.0, 0);
	});

	it('uses the pace of the other run on an idle machine, and the present share of this one', () => {
		const busy = past(16, 3);
		const known = { ...busy, status: { ...busy.status, freeSecondsPerStep: 0.5 } };
		expect(forecastTraining(PLAN, [known], 1)).toMatchObject({ seconds: 50, secondsNow: 50 });
		expect(forecastTraining(PLAN, [known], 0.25)).toMatchObject({ seconds: 50, secondsNow: 200 });
	});

	it.each([
		['much smaller', past(4, 1)],
		['much larger', past(64, 1)],
		['hardly begun', past(16, 1, 5)],
	])('is not based on a run that was %s', (_, run) => {
		expect(forecastTraining(PLAN, [run], 1)).toEqual(forecastTraining(PLAN, [], 1));
	});
});

describe('memory', () => {
	it('is enough, or the message says what fits', () => {
		const { bytes } = forecastTraining(PLAN, [], 1);
		expect(() => assertFits(PLAN, bytes)).not.toThrow();
		expect(() => assertFits(PLAN, bytes - 1)).toThrow(UserError);
		expect(() => assertFits(PLAN, bytes - 1)).toThrow(
			/^A batch of 64 at hidden size 16 needs .*; a batch of 32 fits\.$/,
		);
		expect(() => assertFits(PLAN, 1e6)).toThrow(/; a smaller hidden size may fit\.$/);
	});
});
