import { describe, expect, it } from 'vitest';
import { DIGIT_TIMESTEPS } from '../../../../gpu/diffusion/digit-schedule.ts';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { digitAnagram } from '../../../../gpu/pipelines/digits/anagram.ts';
import { tensor } from '../../../../gpu/tensor/tensor.ts';
import { toyDigitContext } from './toy-digits.ts';

const JOB: JobOf<'digit-anagram'> = {
	kind: 'digit-anagram',
	model: 'class',
	digit: 6,
	turned: 9,
	count: 3,
	guidanceScale: 1,
	seed: 7,
	frames: false,
};

describe('a digit anagram', () => {
	it('averages one digit upright and the other upside down', async () => {
		const context = toyDigitContext();
		const { images } = await digitAnagram(JOB, context);
		expect(context.denoiser.calls).toHaveLength(2 * 3 * DIGIT_TIMESTEPS);
		const { data } = images[0].pixels;
		// A 6 inks its upper 7 rows, an upside-down 9 the lower 10, so each inks its rows by half.
		expect(data[6 * 28]).toBeCloseTo(0, 2);
		expect(data[10 * 28]).toBeCloseTo(-1, 2);
		expect(data[18 * 28]).toBeCloseTo(0, 2);
	});

	it('averages two velocities along a flow', async () => {
		const context = toyDigitContext();
		const flow = { sampler: 'euler', steps: 3 } as const;
		const { images } = await digitAnagram({ ...JOB, model: 'flow-class', flow, count: 1 }, context);
		expect(context.flow.calls).toHaveLength(2 * 3);
		const { data } = images[0].pixels;
		expect([data[6 * 28], data[10 * 28], data[18 * 28]]).toEqual([0, -1, 0].map((v) => expect.closeTo(v, 1)));
	});

	it('comes first if the judge reads it best both ways', async () => {
		const seen: number[] = [];
		// The judge reads upright and turned pictures alternately. It reads the second best, the first only upside down.
		const scores = [
			[0.1, 0.9],
			[0.8, 0.7],
			[0.5, 0.6],
		].flat();
		const read = async () => {
			const score = scores[seen.push(0) - 1];
			return tensor(new Float32Array(10).fill(score), [10]);
		};
		const { images } = await digitAnagram(JOB, toyDigitContext({ openJudge: async () => ({ read }) }));
		expect(images.map(({ seed }) => seed)).toEqual([8, 9, 7]);
		expect(images.map(({ score }) => Number(score!.toFixed(6)))).toEqual([0.7, 0.5, 0.1]);
	});

	it('keeps its order without a judge, and has frames', async () => {
		const context = toyDigitContext({ openJudge: async () => undefined });
		const { images } = await digitAnagram({ ...JOB, frames: true }, context);
		expect(images.slice(0, 3).map(({ seed, role }) => [seed, role])).toEqual([
			[7, 'sample'],
			[8, 'sample'],
			[9, 'sample'],
		]);
		expect(images.slice(3)).toHaveLength(30);
		expect(images[3].pixels.shape).toEqual([3, 56, 56]);
	});
});
