import { describe, expect, it } from 'vitest';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { addVariance } from '../../../gpu/diffusion/ddpm.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { SAMPLERS } from '../../../gpu/diffusion/samplers.ts';
import { map, zeros } from '../../../gpu/tensor/tensor.ts';
import { DEEPFLOYD_CONFIG, golden, relativeRms, unpack } from './golden.ts';

const schedule = scheduleFromConfig(DEEPFLOYD_CONFIG, 'scheduler_config.json');

describe('a step', () => {
	it.each(golden.steps)('of $sampler from $t to $previous is that of diffusers', (step) => {
		const { x, x0 } = SAMPLERS[step.sampler].step(
			schedule,
			{ t: step.t, previous: step.previous },
			unpack(step.x),
			{ noise: unpack(step.noise), variance: unpack(step.variance) },
			new TorchGenerator(7),
		);
		expect(relativeRms(x0, unpack(step.x0))).toBeLessThan(1e-5);
		expect(relativeRms(x, unpack(step.result))).toBeLessThan(1e-5);
	});

	it('adds the smallest variance where the network learned none', () => {
		const transition = { t: 60, previous: 30 };
		const mean = zeros([1, 2, 2]);
		const noise = new TorchGenerator(1).randn([1, 2, 2]);
		const smallest = map(mean, () => -1); // v = -1
		const actual = addVariance(schedule, transition, mean, undefined, noise);
		expect(relativeRms(actual, addVariance(schedule, transition, mean, smallest, noise))).toBeLessThan(1e-6);
	});
});

describe('transitions', () => {
	it('course stops at the last entry, ddpm goes on to the clean picture', () => {
		const pairs = [
			{ t: 60, previous: 30 },
			{ t: 30, previous: 0 },
		];
		expect(SAMPLERS.course.transitions([60, 30, 0])).toEqual(pairs);
		expect(SAMPLERS.ddpm.transitions([60, 30, 0])).toEqual([...pairs, { t: 0, previous: -1 }]);
	});
});
