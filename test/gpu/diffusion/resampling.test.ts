import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { noiseFurther, resample } from '../../../gpu/diffusion/resampling.ts';
import { addNoise, squaredcosCapV2 } from '../../../gpu/diffusion/schedule.ts';
import { combine, zeros } from '../../../gpu/tensor/tensor.ts';

/** `count` steps from timestep count − 1 down to −1. */
const steps = (count: number) =>
	Array.from({ length: count }, (_, i) => ({ t: count - 1 - i, previous: count - 2 - i }));

/** All timesteps of a walk, as RePaint's get_schedule_jump lists them. */
function path(count: number, jumpLength: number, resamples: number): number[] {
	const passed = [count - 1];
	for (const { transition, backTo = transition.previous } of resample(steps(count), { jumpLength, resamples })) {
		passed.push(transition.previous);
		for (let t = transition.previous + 1; t <= backTo; t++) passed.push(t);
	}
	return passed;
}

describe('resample', () => {
	// From RePaintScheduler.set_timesteps of diffusers 0.42 in units of its stride, plus the last step to the clean picture.
	it.each([
		[10, 3, 3, '9 8 7 6 7 8 9 8 7 6 7 8 9 8 7 6 5 4 3 4 5 6 5 4 3 4 5 6 5 4 3 2 1 0 1 2 3 2 1 0 1 2 3 2 1 0 -1'],
		[12, 4, 2, '11 10 9 8 7 6 5 4 5 6 7 8 7 6 5 4 3 2 1 0 1 2 3 4 3 2 1 0 -1'],
		[10, 1, 2, '9 8 9 8 7 8 7 6 7 6 5 6 5 4 5 4 3 4 3 2 3 2 1 2 1 0 1 0 -1'],
		[6, 6, 4, '5 4 3 2 1 0 -1'],
		[6, 2, 1, '5 4 3 2 1 0 -1'],
	])('%d steps with jumps of %d, each stretch %d times, follow RePaint', (count, length, times, expected) => {
		expect(path(count, length, times).join(' ')).toBe(expected);
	});

	it.each([
		[250, 10, 10, 2410],
		[100, 10, 10, 910],
		[50, 5, 5, 230],
	])('%d steps with jumps of %d, %d times, are %d network calls', (count, jumpLength, resamples, calls) => {
		expect(resample(steps(count), { jumpLength, resamples })).toHaveLength(calls);
	});

	it('descends without jumps by default', () => {
		expect(resample(steps(4))).toEqual(steps(4).map((transition) => ({ transition })));
	});
});

describe('noiseFurther', () => {
	const schedule = { alphasCumprod: squaredcosCapV2(1000) };
	const shape = [3, 64, 64];
	const source = new TorchGenerator(5);
	const x0 = source.randn(shape);
	const noise = source.randn(shape);
	const more = source.randn(shape);

	it('ends with the timestep’s shares of signal and noise', () => {
		const x = noiseFurther(schedule, addNoise(schedule, x0, 300, noise), 300, 600, more);
		// The same without noise gives the signal alone; the rest is the noise.
		const signal = noiseFurther(schedule, addNoise(schedule, x0, 300, zeros(shape)), 300, 600, zeros(shape));
		const expected = addNoise(schedule, x0, 600, zeros(shape));
		signal.data.forEach((value, i) => {
			expect(value).toBeCloseTo(expected.data[i], 5);
		});
		const noisePart = combine(1, x, -1, signal);
		const variance = noisePart.data.reduce((sum, value) => sum + value ** 2, 0) / noisePart.data.length;
		// 12,288 draws give the variance to about 1.3 %.
		expect(variance / (1 - schedule.alphasCumprod[600])).toBeCloseTo(1, 1);
	});

	it('noises a clean picture like addNoise', () => {
		expect(noiseFurther(schedule, x0, -1, 500, noise)).toEqual(addNoise(schedule, x0, 500, noise));
	});
});
