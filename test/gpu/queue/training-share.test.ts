import { describe, expect, it } from 'vitest';
import { busyBetween, presentLoad, trainingShare } from '../../../gpu/queue/training-share.ts';

describe('the share of a training', () => {
	it.each([
		['all of an idle machine', 0, 0, 1],
		['what others leave', 0.4, 1, 0.6],
		['more than a fifth if others want every core', 1, 2, 0.29],
		['the same if the number of others is unknown', 1, 0, 0.29],
		['less if more of them want each core', 1, 8, 0.09],
	])('is %s', (_, busy, threads, share) => {
		expect(trainingShare({ busy, threads, cores: 2 })).toBeCloseTo(share, 2);
	});
});

describe('how busy the machine is', () => {
	const core = (user: number, nice: number, idle: number) => ({ times: { user, nice, sys: 0, idle, irq: 0 } });

	it('is measured from the time of the cores, without low-priority work', () => {
		const before = [core(100, 0, 100), core(500, 0, 0)];
		expect(busyBetween(before, [core(150, 20, 130), core(540, 0, 60)])).toBeCloseTo(90 / 200, 9);
	});

	it('is 0 if nothing is known', () => {
		expect(busyBetween([], [])).toBe(0);
	});

	it('can be measured on this machine', async () => {
		const { busy, threads, cores } = await presentLoad();
		expect(busy).toBeGreaterThanOrEqual(0);
		expect(busy).toBeLessThanOrEqual(1);
		expect(threads).toBeGreaterThanOrEqual(0);
		expect(cores).toBeGreaterThanOrEqual(1);
	});
});
