import { describe, expect, it } from 'vitest';
import { isDigitJob, type Job, jobSchema } from '../../../gpu/jobs/index.ts';

const JOB = {
	kind: 'digits',
	model: 'class',
	digits: [2, 0, 2, 6],
	count: 25,
	guidanceScale: 5,
	seed: 1,
	frames: true,
};

describe('a job on the digit networks', () => {
	it('is distinguished from jobs on models', () => {
		expect(isDigitJob(jobSchema.parse(JOB))).toBe(true);
		expect(isDigitJob({ kind: 'noise', model: 'm', seed: 1, image: 'x', levels: [1] } as Job)).toBe(false);
	});

	it.each([
		{ count: 26 }, // 104 digits
		{ digits: [] },
		{ digits: [10] },
		{ model: 'denoiser' },
		{ model: 'flow-class' },
		{ model: 'flow-class', flow: { sampler: 'euler', steps: 0 } },
		{ flow: { sampler: 'euler', steps: 50 } },
		{ epoch: 0, run: 'x' },
		{ seed: 2 ** 32 },
		{ kind: 'digit-noise', sources: [], sigmas: [0.5], model: 'denoiser' },
		{ kind: 'digit-noise', sources: [{ from: 'test', digit: 1, nth: 0 }], sigmas: [3], model: 'denoiser' },
	])('rejects %o', (changes) => expect(jobSchema.safeParse({ ...JOB, ...changes }).success).toBe(false));
});
