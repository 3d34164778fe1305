import { describe, expect, it } from 'vitest';
import { DIGIT_SCHEDULE, DIGIT_TIMESTEPS } from '../../../gpu/diffusion/digit-schedule.ts';
import { DIGIT_MODELS } from '../../../gpu/jobs/index.ts';
import { batchesOf, type Task } from '../../../gpu/training/batches.ts';
import { DIGIT_AREA, type Digits } from '../../../gpu/training/mnist.ts';

/** Digit n has level n everywhere and label n modulo 10, to recognise the digits in a batch. */
function flatDigits(count: number): Digits {
	const levels = Uint8Array.from({ length: count * DIGIT_AREA }, (_, i) => Math.floor(i / DIGIT_AREA));
	return { count, levels, labels: Uint8Array.from({ length: count }, (_, n) => n % 10) };
}

const DIGITS = flatDigits(50);

const batches = (task: Task, seed = 7, batchSize = 16) => batchesOf(DIGITS, { task, batchSize, seed });

/** The digits in a batch of the judge, which has unchanged pictures. */
const members = ({ x }: { readonly x: Float32Array }) =>
	Array.from({ length: x.length / DIGIT_AREA }, (_, n) => Math.round(x[n * DIGIT_AREA] * 255));

describe('an epoch', () => {
	it('has each digit at most once, in a different order each time, without a partial batch', () => {
		const batch = batches('judge');
		const epochs = [0, 1].map((epoch) => [0, 1, 2].flatMap((i) => members(batch(3 * epoch + i))));
		for (const epoch of epochs) {
			expect(epoch).toHaveLength(48);
			expect(new Set(epoch).size).toBe(48);
		}
		expect(epochs[0]).not.toEqual(epochs[1]);
	});

	it('pairs pictures with their labels', () => {
		const { x, target } = batches('judge')(0);
		members({ x }).forEach((digit, n) => {
			expect([...target.subarray(10 * n, 10 * n + 10)].indexOf(1)).toBe(digit % 10);
		});
	});

	it('rejects a batch larger than the data', () => {
		expect(() => batches('judge', 7, 51)).toThrow('50 digits fill no batch of 51');
	});
});

describe('a step', () => {
	it.each<Task>([...DIGIT_MODELS, 'judge'])('of %s is always the same', (task) => {
		const [straight, resumed] = [batches(task), batches(task)];
		for (let step = 0; step < 4; step++) straight(step);
		expect(resumed(4)).toEqual(straight(4));
		expect(batches(task, 8)(4)).not.toEqual(straight(4));
	});

	it('of the denoiser adds noise of sigma 0.5 to the clean digits', () => {
		const { x, target } = batches('denoiser')(0);
		const noise = x.map((value, i) => value - target[i]);
		const variance = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
		expect(Math.sqrt(variance)).toBeCloseTo(0.5, 2);
		expect(Math.max(...target)).toBeLessThanOrEqual(49 / 255);
		expect(batches('denoiser')(3).x).not.toEqual(x);
	});

	it('of the pure-noise denoiser has inputs without the digits that are its targets', () => {
		const { x, target } = batchesOf(DIGITS, { task: 'denoiser', input: 'noise', batchSize: 16, seed: 7 })(0);
		expect(target).toEqual(batches('judge')(0).x);
		const variance = x.reduce((sum, value) => sum + value ** 2, 0) / x.length;
		expect(Math.sqrt(variance)).toBeCloseTo(1, 1);
		const covariance = x.reduce((sum, value, i) => sum + value * target[i], 0) / x.length;
		expect(covariance).toBeCloseTo(0, 2);
	});

	it('of a flow has points on the straight line from noise to digit, and its direction as target', () => {
		const { x, target, t } = batches('flow-time')(2);
		const digits = batches('judge')(2).x;
		expect(new Set(t).size).toBe(16);
		const noises = [...t!].map((time, n) => {
			const i = n * DIGIT_AREA + 100;
			expect(time).toBeGreaterThanOrEqual(0);
			expect(time).toBeLessThan(1);
			expect(x[i] + (1 - time) * target[i]).toBeCloseTo(digits[i], 5);
			return x[i] - time * target[i];
		});
		expect(noises.some((noise) => noise < -0.5) && noises.some((noise) => noise > 0.5)).toBe(true);
	});

	it('of a flow draws all times equally often', () => {
		const drawn = Array.from({ length: 200 }, (_, step) => [...batches('flow-time')(step).t!]).flat();
		expect(Math.min(...drawn)).toBeLessThan(0.01);
		expect(Math.max(...drawn)).toBeGreaterThan(0.99);
		expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 1);
	});

	it('of the diffusion mixes digit and noise for its timestep, with the noise as target', () => {
		const { x, target, t } = batches('time')(2);
		const clean = batches('judge')(2).x;
		const timesteps = [...t!].map((time) => Math.round(time * DIGIT_TIMESTEPS));
		expect(new Set(timesteps).size).toBeGreaterThan(10);
		for (const [n, timestep] of timesteps.entries()) {
			const alphaCumprod = DIGIT_SCHEDULE.alphasCumprod[timestep];
			const i = n * DIGIT_AREA + 100;
			expect(x[i]).toBeCloseTo(Math.sqrt(alphaCumprod) * clean[i] + Math.sqrt(1 - alphaCumprod) * target[i], 5);
		}
	});

	it('draws all 300 timesteps equally often', () => {
		const batch = batches('time');
		const drawn = Array.from({ length: 200 }, (_, step) => [...batch(step).t!]).flat();
		expect(Math.min(...drawn)).toBe(0);
		expect(Math.max(...drawn)).toBeCloseTo(299 / 300, 6);
		expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 1);
	});

	it.each<Task>(['class', 'flow-class'])('of %s withholds the class of every tenth digit', (task) => {
		const batch = batches(task);
		let untold = 0;
		for (let step = 0; step < 100; step++) {
			const { c } = batch(step);
			const labels = batches('judge')(step).target;
			for (let n = 0; n < 16; n++) {
				const told = c!.subarray(10 * n, 10 * n + 10);
				if (told.every((value) => value === 0)) untold++;
				else expect(told).toEqual(labels.subarray(10 * n, 10 * n + 10));
			}
		}
		expect(untold / 1600).toBeGreaterThan(0.075);
		expect(untold / 1600).toBeLessThan(0.125);
	});
});
