import { describe, expect, it } from 'vitest';
import { planTraining, UserError } from '../../../gpu/jobs/index.ts';
import { assertFits, forecastTraining } from '../../../gpu/queue/training-forecast.ts';
import type { RunSummary } from '../../../gpu/training/runs.ts';

const PLAN = planTraining({ model: 'class', preset: 'demo', seed: 1, hidden: 16, batchSize: 64, steps: 100 });

/** A training of that width on this machine, a step of which took so long. */
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
	it('is that of two ordinary cores where nothing is known', () => {
		const course = planTraining({ model: 'class', preset: 'course', seed: 1 });
		const { seconds, measured, steps } = forecastTraining(course, []);
		expect([steps, measured]).toEqual([9360, false]);
		expect(seconds / 3600).toBeCloseTo((9360 * 128) / 120 / 3600, 6);
	});

	it('is taken from the training most alike in size, the latest of these', () => {
		const runs = [past(32, 9), past(16, 0.5), past(16, 7), past(4, 3)];
		expect(forecastTraining(PLAN, runs)).toMatchObject({ seconds: 50, measured: true });
		expect(forecastTraining(PLAN, [past(32, 4)])).toMatchObject({ seconds: 100, measured: true });
	});

	it.each([
		['much smaller', past(4, 1)],
		['much larger', past(64, 1)],
		['hardly begun', past(16, 1, 5)],
	])('is not taken from one that was %s', (_, run) => {
		expect(forecastTraining(PLAN, [run])).toEqual(forecastTraining(PLAN, []));
	});
});

describe('memory', () => {
	it('is enough, or the sentence says what fits', () => {
		const { bytes } = forecastTraining(PLAN, []);
		expect(() => assertFits(PLAN, bytes)).not.toThrow();
		expect(() => assertFits(PLAN, bytes - 1)).toThrow(UserError);
		expect(() => assertFits(PLAN, bytes - 1)).toThrow(
			/^A batch of 64 at hidden size 16 needs .*; a batch of 32 fits\.$/,
		);
		expect(() => assertFits(PLAN, 1e6)).toThrow(/; a smaller hidden size may fit\.$/);
	});
});
