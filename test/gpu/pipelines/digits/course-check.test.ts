/** Compares Part B's exercises with the assignment's formulas in plain PyTorch (test/fixtures/course/check.py). */
import { expect, it } from 'vitest';
import { DIGIT_SCHEDULE, DIGIT_TIMESTEPS } from '../../../../gpu/diffusion/digit-schedule.ts';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { DIGIT_SHAPE, type DigitDenoiser } from '../../../../gpu/models/digits/denoiser.ts';
import { digits } from '../../../../gpu/pipelines/digits/digits.ts';
import { digitNoise } from '../../../../gpu/pipelines/digits/noise.ts';
import { map, type Tensor, zeros } from '../../../../gpu/tensor/tensor.ts';
import { batchesOf } from '../../../../gpu/training/batches.ts';
import { DIGIT_AREA } from '../../../../gpu/training/mnist.ts';
import { check, levelsApart } from '../course-check.ts';
import { toyDigitContext } from './toy-digits.ts';

const { seed } = check;
const expected = check.digits;
const alphasCumprod = (() => {
	const bytes = Buffer.from(expected.alphasCumprod, 'base64');
	return Array.from({ length: bytes.length / 4 }, (_, t) => bytes.readFloatLE(4 * t));
})();

const SIDE = 28;

/** The standard deviation of a digit's pictures. */
const SPREAD = 0.1;

/** The mean picture of a digit, or without a digit that of all, rounded to 8-bit levels. */
function meanOf(digit?: number): Tensor {
	return map(zeros(DIGIT_SHAPE), (_, i) => {
		const [row, column] = [Math.floor(i / SIDE), i % SIDE];
		const wave = digit === undefined ? 0 : Math.sin(0.1 * (digit + 1) * row) * Math.cos(0.2 * column);
		return Math.round((0.5 + 0.06 * wave) * 255) / 255;
	});
}

const denoiser: DigitDenoiser = {
	schedule: DIGIT_SCHEDULE,
	async predict(x, t, digit) {
		const bar = alphasCumprod[t];
		const mean = meanOf(digit).data;
		const noise = map(
			x,
			(value, i) => (Math.sqrt(1 - bar) * (value - Math.sqrt(bar) * mean[i])) / (bar * SPREAD ** 2 + 1 - bar),
		);
		return { noise, variance: map(x, () => 1) };
	},
};

const context = toyDigitContext({
	openDenoiser: async () => denoiser,
	testDigit: async (digit) => meanOf(digit),
});

const JOB: JobOf<'digits'> = {
	kind: 'digits',
	model: 'class',
	digits: [3],
	count: 1,
	guidanceScale: 1,
	seed,
	frames: false,
};

it('1.2, noise on digits', async () => {
	const sigmas = Object.keys(expected.noisy).map(Number);
	const sources: JobOf<'digit-noise'>['sources'] = [{ from: 'test', digit: 3, nth: 0 }];
	const { images } = await digitNoise({ kind: 'digit-noise', model: 'denoiser', sources, sigmas, seed }, context);
	const noisy = images.filter(({ role }) => role === 'noisy');
	expect(noisy.map(({ sigma }) => sigma)).toEqual(sigmas);
	for (const { pixels, sigma } of noisy) {
		expect(levelsApart(pixels, expected.noisy[String(sigma)], 1)).toBeLessThanOrEqual(1);
	}
});

it('2.2, the schedule', () => {
	expect(alphasCumprod).toHaveLength(DIGIT_TIMESTEPS);
	for (const [t, value] of alphasCumprod.entries()) expect(DIGIT_SCHEDULE.alphasCumprod[t]).toBeCloseTo(value, 6);
});

it('2.2, the forward process in training', () => {
	const x0 = meanOf(8);
	const count = 64;
	const data = { count, labels: new Uint8Array(count), levels: new Uint8Array(count * DIGIT_AREA) };
	for (let i = 0; i < data.levels.length; i++) data.levels[i] = Math.round(255 * x0.data[i % DIGIT_AREA]);
	const { x, target, t } = batchesOf(data, { task: 'time', batchSize: count, seed })(0);
	expect(new Set(t).size).toBeGreaterThan(count / 2);
	for (const [i, value] of x.entries()) {
		const bar = alphasCumprod[Math.round(DIGIT_TIMESTEPS * t![Math.floor(i / DIGIT_AREA)])];
		const noisy = Math.sqrt(bar) * x0.data[i % DIGIT_AREA] + Math.sqrt(1 - bar) * target[i];
		if (Math.abs(value - noisy) > 1e-5) expect.fail(`value ${i} is ${value}, not ${noisy}`);
	}
});

it('2.3, sampling', async () => {
	const { images } = await digits({ ...JOB, model: 'time' }, context);
	expect(levelsApart(images[0].pixels, expected.sample, 1)).toBeLessThanOrEqual(1);
});

it.each(Object.entries(expected.guided))('2.5, guidance towards a %s', async (digit, levels) => {
	const job = { ...JOB, digits: [Number(digit)], guidanceScale: expected.guidance };
	const { images } = await digits(job, context);
	expect(levelsApart(images[0].pixels, levels, 1)).toBeLessThanOrEqual(1);
});
