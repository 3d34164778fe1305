import { describe, expect, it } from 'vitest';
import { DIGIT_SCHEDULE, DIGIT_TIMESTEPS } from '../../../../gpu/diffusion/digit-schedule.ts';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { digits } from '../../../../gpu/pipelines/digits/digits.ts';
import { asPicture } from '../../../../gpu/tensor/grey.ts';
import { ToyDigitDenoiser, toyDigit, toyDigitContext } from './toy-digits.ts';

const JOB: JobOf<'digits'> = {
	kind: 'digits',
	model: 'class',
	digits: [2, 0],
	count: 1,
	guidanceScale: 1,
	seed: 180,
	frames: false,
};

const roles = (images: readonly { readonly role?: string }[]) => images.map(({ role }) => role);

describe('sampling digits', () => {
	it('returns the digits row by row, each with its seed', async () => {
		const context = toyDigitContext();
		const { images } = await digits({ ...JOB, count: 2 }, context);
		expect(images.map(({ seed }) => seed)).toEqual([180, 181, 182, 183]);
		[2, 0, 2, 0].forEach((digit, i) => {
			const expected = asPicture(toyDigit(digit));
			expect(images[i].pixels.shape).toEqual([3, 28, 28]);
			images[i].pixels.data.forEach((value, j) => {
				if (Math.abs(value - expected.data[j]) > 1e-3) expect.fail(`pixel ${j} of image ${i} is ${value}`);
			});
			expect(images[i].score).toBeCloseTo(0.91);
		});
	});

	it('equals the course’s loop, float for float', async () => {
		const { images } = await digits({ ...JOB, digits: [3] }, toyDigitContext());
		// From exercise 2.3: x0 from x and ε; the two terms of the mean; √β_t z except in the last step.
		const network = new ToyDigitDenoiser();
		const generator = new TorchGenerator(180);
		let x = generator.randn([1, 28, 28]).data;
		const { alphasCumprod } = DIGIT_SCHEDULE;
		for (let t = DIGIT_TIMESTEPS - 1; t >= 0; t--) {
			const { noise } = await network.predict({ data: x, shape: [1, 28, 28] }, t, 3);
			const [now, before] = [alphasCumprod[t], t > 0 ? alphasCumprod[t - 1] : 1];
			const beta = 1 - now / before;
			const z = t > 0 ? generator.randn([1, 28, 28]).data : new Float32Array(784);
			x = x.map((value, i) => {
				const x0 = (value - Math.sqrt(1 - now) * noise.data[i]) / Math.sqrt(now);
				const mean = (Math.sqrt(before) * beta * x0 + Math.sqrt(1 - beta) * (1 - before) * value) / (1 - now);
				return mean + Math.sqrt(beta) * z[i];
			});
		}
		asPicture({ data: x, shape: [1, 28, 28] }).data.forEach((value, i) => {
			if (Math.abs(images[0].pixels.data[i] - value) > 1e-4) expect.fail(`pixel ${i} is ${images[0].pixels.data[i]}`);
		});
	});

	it('calls both guidance branches for all digits at once, at every timestep', async () => {
		const context = toyDigitContext();
		await digits({ ...JOB, guidanceScale: 5 }, context);
		const { calls } = context.denoiser;
		expect(calls).toHaveLength(4 * DIGIT_TIMESTEPS);
		expect(calls.slice(0, 4).map(({ t, digit }) => [t, digit])).toEqual([
			[299, 2],
			[299, undefined],
			[299, 0],
			[299, undefined],
		]);
		expect(calls.every(({ waiting }, i) => waiting === i % 4)).toBe(true);
		expect(calls.at(-1)?.t).toBe(0);
	});

	it('guides away from the unconditional estimate', async () => {
		const { images } = await digits({ ...JOB, digits: [2], guidanceScale: 3 }, toyDigitContext());
		const value = images[0].pixels.data[0]; // inked: 0.5 + 3 (1 − 0.5), as a picture
		expect(value).toBeCloseTo(2 * 2 - 1, 2);
	});

	it('follows a flow from t = 0, guided towards the digit', async () => {
		const context = toyDigitContext();
		const flow = { sampler: 'euler', steps: 4 } as const;
		const job = { ...JOB, model: 'flow-class', flow, guidanceScale: 3, frames: true } as const;
		const { images } = await digits({ ...job, digits: [2, 0] }, context);
		expect(context.denoiser.calls).toEqual([]);
		expect(context.weights).toMatchObject([{ model: 'flow-class' }]);
		expect(context.flow.calls).toHaveLength(4 * 4);
		expect(context.flow.calls.slice(0, 4).map(({ t, digit }) => [t, digit])).toEqual([
			[0, 2],
			[0, undefined],
			[0, 0],
			[0, undefined],
		]);
		expect(roles(images)).toEqual(['sample', 'sample', ...Array(4).fill('frame')]);
		expect(images.slice(2).map(({ t }) => t)).toEqual([0, 0.25, 0.5, 0.75]);
		expect(images[0].pixels.data[0]).toBeCloseTo(2 * 2 - 1, 4); // inked: 0.5 + 3 (1 − 0.5), as a picture
		// The first step's estimate, x_t + (1 − t) u, is already the final picture.
		expect(context.steps.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
		expect(context.steps[0].x0.data[0]).toBeCloseTo(3, 4);
	});

	it('passes no digit to a network that takes none', async () => {
		const context = toyDigitContext();
		const { images } = await digits({ ...JOB, model: 'time', guidanceScale: 5 }, context);
		expect(context.denoiser.calls.every(({ digit }) => digit === undefined)).toBe(true);
		expect(context.denoiser.calls).toHaveLength(2 * DIGIT_TIMESTEPS);
		expect(images.map(({ score }) => score)).toEqual([undefined, undefined]);
	});

	it('returns every tenth state of all digits as frames, starting with noise', async () => {
		const { images } = await digits({ ...JOB, count: 2, frames: true }, toyDigitContext());
		expect(roles(images)).toEqual([...Array(4).fill('sample'), ...Array(30).fill('frame')]);
		const frames = images.slice(4);
		expect(frames.map(({ t }) => t).slice(0, 3)).toEqual([299, 289, 279]);
		expect(frames[0].pixels.shape).toEqual([3, 56, 56]);
		const noise = asPicture(new TorchGenerator(181).randn([1, 28, 28])).data;
		expect(frames[0].pixels.data[28]).toBeCloseTo(noise[0], 5); // the second digit of the first row
	});

	it('makes the same digit alone as with others', async () => {
		const { images: both } = await digits(JOB, toyDigitContext());
		const { images: alone } = await digits({ ...JOB, digits: [0], seed: 181 }, toyDigitContext());
		expect(alone[0].pixels).toEqual(both[1].pixels);
	});

	it('reports every step with an enlarged preview', async () => {
		const context = toyDigitContext();
		await digits(JOB, context);
		expect(context.steps).toHaveLength(DIGIT_TIMESTEPS);
		const last = context.steps.at(-1)!;
		expect([last.done, last.total, last.x0.shape]).toEqual([300, 300, [3, 112, 112]]);
		expect(last.x0.data[0]).toBeCloseTo(1, 3);
	});

	it('opens the weights that the job names', async () => {
		const context = toyDigitContext();
		await digits({ ...JOB, run: 'class-1', epoch: 5 }, context);
		expect(context.weights).toMatchObject([{ model: 'class', run: 'class-1', epoch: 5 }]);
	});

	it('works without a judge', async () => {
		const { images } = await digits(JOB, toyDigitContext({ openJudge: async () => undefined }));
		expect(images.map(({ score }) => score)).toEqual([undefined, undefined]);
	});

	it('ends when cancelled or when the network fails', async () => {
		const stop = new AbortController();
		const onStep = () => stop.abort(new Error('enough'));
		await expect(digits(JOB, toyDigitContext({ signal: stop.signal, onStep }))).rejects.toThrow('enough');

		const broken = new ToyDigitDenoiser();
		broken.predict = () => Promise.reject(new Error('broken'));
		await expect(digits(JOB, toyDigitContext({ openDenoiser: async () => broken }))).rejects.toThrow('broken');
	});
});
