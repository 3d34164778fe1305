import { describe, expect, it } from 'vitest';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { addVariance } from '../../../gpu/diffusion/posterior.ts';
import { SAMPLERS } from '../../../gpu/diffusion/samplers/index.ts';
import { transitionsOf } from '../../../gpu/diffusion/transitions.ts';
import { map, zeros } from '../../../gpu/tensor/tensor.ts';
import { DEEPFLOYD_CONFIG, golden, relativeRms, unpack } from './golden.ts';

const schedule = scheduleFromConfig(DEEPFLOYD_CONFIG, 'scheduler_config.json');

describe('a step', () => {
	it.each(golden.steps)(
		'of $sampler (eta $eta) from $t to $previous is that of diffusers',
		async ({ sampler, eta = 0, t, previous, ...step }) => {
			const estimate = async () => ({ noise: unpack(step.noise), variance: unpack(step.variance) });
			const take = SAMPLERS[sampler].begin({
				schedule,
				estimate,
				constrain: (x) => x,
				source: new TorchGenerator(7),
				eta,
			});
			const { x, x0 } = await take(unpack(step.x), { t, previous });
			expect(relativeRms(x0, unpack(step.x0))).toBeLessThan(1e-5);
			expect(relativeRms(x, unpack(step.result))).toBeLessThan(1e-5);
		},
	);

	it('adds the smallest variance if the network learned none', () => {
		const transition = { t: 60, previous: 30 };
		const mean = zeros([1, 2, 2]);
		const noise = new TorchGenerator(1).randn([1, 2, 2]);
		const smallest = map(mean, () => -1); // v = -1
		const actual = addVariance(schedule, transition, mean, undefined, noise);
		expect(relativeRms(actual, addVariance(schedule, transition, mean, smallest, noise))).toBeLessThan(1e-6);
	});
});

it('course stops at the last entry, ddpm continues to the clean picture, dpmpp-2m skips that entry', () => {
	const pairs = [
		{ t: 60, previous: 30 },
		{ t: 30, previous: 0 },
	];
	expect(transitionsOf(SAMPLERS.course.landing, [60, 30, 0])).toEqual(pairs);
	expect(transitionsOf(SAMPLERS.ddpm.landing, [60, 30, 0])).toEqual([...pairs, { t: 0, previous: -1 }]);
	expect(transitionsOf(SAMPLERS['dpmpp-2m'].landing, [60, 30, 0])).toEqual([pairs[0], { t: 30, previous: -1 }]);
});
