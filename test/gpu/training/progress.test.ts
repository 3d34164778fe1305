import { describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { Progress } from '../../../gpu/training/progress.ts';

describe('the progress of a training', () => {
	const begun = () => new Progress({ losses: [5, 4], perEpoch: 3, total: 8 });

	it('reports every step once, and the time left', () => {
		const progress = begun();
		progress.add(3, 2);
		progress.add(2, 4);
		expect(progress.event()).toEqual({
			type: 'progress',
			step: 4,
			steps: 8,
			epoch: 2,
			loss: 3.5,
			points: [
				{ step: 3, epoch: 1, loss: 3 },
				{ step: 4, epoch: 2, loss: 2 },
			],
			secondsPerStep: 4,
			etaSeconds: 16,
		});
		progress.add(1, 3);
		expect(progress.event().points).toEqual([{ step: 5, epoch: 2, loss: 1 }]);
	});

	it('averages the losses of the last twenty steps', () => {
		const progress = new Progress({ losses: [], perEpoch: 100, total: 100 });
		progress.add(1000, 2);
		for (let i = 0; i < 20; i++) progress.add(1, 2);
		const { loss, secondsPerStep, etaSeconds } = progress.event();
		expect(loss).toBe(1);
		expect([secondsPerStep, etaSeconds]).toEqual([expect.closeTo(2, 9), expect.closeTo(2 * 79, 6)]);
		expect(progress.status('running').freeSecondsPerStep).toBeCloseTo(2, 9);
	});

	it('marks the ends of epochs, even if the last one is short', () => {
		const progress = begun();
		const ends = Array.from({ length: 6 }, () => {
			progress.add(1, 1);
			return [progress.step, progress.epochOf(), progress.endsEpoch];
		});
		expect(ends).toEqual([
			[3, 1, true],
			[4, 2, false],
			[5, 2, false],
			[6, 2, true],
			[7, 3, false],
			[8, 3, true],
		]);
	});

	it('has a status without a pace before the first step', () => {
		expect(begun().status('running')).toEqual({ state: 'running', step: 2, loss: 4.5 });
		expect(new Progress({ losses: [], perEpoch: 3, total: 8 }).status('stopped')).toEqual({
			state: 'stopped',
			step: 0,
		});
	});

	it.each([Number.NaN, Number.POSITIVE_INFINITY])('ends when the loss is %d', (loss) => {
		expect(() => begun().add(loss, 1)).toThrow(UserError);
		expect(() => begun().add(loss, 1)).toThrow('at step 3; start again with a smaller learning rate.');
	});
});
