import { expect, test } from 'vitest';
import { isShort, type Job, type JobOf } from '../../../gpu/jobs/index.ts';
import { fakeJob } from '../queue/recorder.ts';

const image = 'a'.repeat(64);
const digitDenoise = (digits: number, sigmas: number): JobOf<'digit-denoise'> => ({
	kind: 'digit-denoise',
	model: 'denoiser',
	seed: 1,
	sources: Array.from({ length: digits }, (_, digit) => ({ from: 'test', digit, nth: 0 })),
	sigmas: Array.from({ length: sigmas }, (_, i) => i / 10),
});
const denoise = (method: 'blur' | 'one-step' | 'compare'): Job => ({
	...(fakeJob('a dog') as JobOf<'generate'>),
	kind: 'denoise',
	image,
	method,
	levels: [250, 500, 750],
	states: 'strip',
});

test.each<[string, Job]>([
	['noise', { kind: 'noise', model: 'fake', image, levels: [250], seed: 1 }],
	['the blur', denoise('blur')],
	['noise on digits', { kind: 'digit-noise', model: 'denoiser', seed: 1, sources: [], sigmas: [0.5] } as Job],
	['a sheet of denoised digits', digitDenoise(10, 7)],
])('%s is always short', (_, job) => {
	expect([isShort(job), isShort(job, 60_000)]).toEqual([true, true]);
});

test('samples, and evaluations of large networks at an unknown pace, are not short', () => {
	const digits: Job = {
		kind: 'digits',
		model: 'time',
		seed: 1,
		guidanceScale: 1,
		frames: false,
		digits: [1],
		count: 1,
	};
	expect([digits, fakeJob('a dog'), denoise('one-step'), denoise('compare')].map((job) => isShort(job))).toEqual([
		false,
		false,
		false,
		false,
	]);
});

test('a job known to take less than a second is short', () => {
	expect([isShort(denoise('one-step'), 900), isShort(denoise('one-step'), 1100)]).toEqual([true, false]);
});
