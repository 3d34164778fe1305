/** Checks that the cost of a job is exactly the number of evaluations that its pipeline makes. */

import { describe, expect, it } from 'vitest';
import { countSteps, planSampling, type SamplingChoice } from '../../../gpu/diffusion/plan.ts';
import {
	costOf,
	type DigitJob,
	type DigitSource,
	FLOW_MODELS,
	FLOW_SAMPLER_NAMES,
	isDigitJob,
	type Job,
	type JobKindOver,
	type JobOf,
	jobSchema,
	runsOn,
	SAMPLER_NAMES,
	TIMESTEP_TABLE_NAMES,
	TOY_BATCH,
	UserError,
} from '../../../gpu/jobs/index.ts';
import { JOB_KINDS } from '../../../gpu/jobs/kinds/index.ts';
import { DIGIT_PIPELINES, PIPELINES, PLANE_PIPELINES, TEXT_PIPELINES } from '../../../gpu/pipelines/index.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';
import { toyDigitContext } from '../pipelines/digits/toy-digits.ts';
import { toyContext } from '../pipelines/toy.ts';

const BLOB = 'a'.repeat(64);

/** Every sampler with every named list, the course's unnamed one, and lists of a few lengths. */
const CHOICES: readonly SamplingChoice[] = SAMPLER_NAMES.flatMap((sampler) => [
	{ sampler },
	...TIMESTEP_TABLE_NAMES.map((timesteps) => ({ sampler, timesteps })),
	...[1, 4, 33].map((steps) => ({ sampler, steps })),
]);

const sampling = { model: 'toy', seed: 1, guidanceScale: 1, negativePrompt: '' };
const guided = { ...sampling, guidanceScale: 3 };
const anagram = { kind: 'anagram', prompts: ['sky', 'stripes'], views: ['flip'] } as const;
const inpaint = { kind: 'inpaint', prompt: 'sky', image: BLOB, feather: 0, count: 2 } as const;
const area = { by: 'region', region: [0, 0, 0.5, 0.5] } as const;
const denoise = { kind: 'denoise', prompt: 'sky', image: BLOB, levels: [250, 500], states: 'strip' } as const;

/** A job of each kind that runs on a picture model, without its sampling. */
const PICTURE_JOBS = {
	generate: { kind: 'generate', ...guided, prompt: 'sky', count: 3 },
	'generate, guided in a range': { kind: 'generate', ...guided, guidanceRange: [200, 700], prompt: 'sky', count: 2 },
	'generate in the way of its model': {
		...{ kind: 'generate', ...guided, prompt: 'sky', count: 2 },
		recipe: { timesteps: [990, 400, 0], clips: true, startColours: [0.5] },
	},
	'generate without guidance': { kind: 'generate', ...sampling, prompt: 'sky', count: 1 },
	noise: { kind: 'noise', model: 'toy', seed: 1, image: BLOB, levels: [250, 500] },
	'denoise by blur': { ...denoise, ...sampling, method: 'blur' },
	'denoise in one step': { ...denoise, ...guided, method: 'one-step' },
	'denoise, guided in a range': { ...denoise, ...guided, guidanceRange: [100, 300], method: 'one-step' },
	'denoise step by step': { ...denoise, ...sampling, method: 'iterative' },
	'denoise by all methods': { ...denoise, ...guided, method: 'compare' },
	'inpaint course': { ...inpaint, ...guided, area, rule: 'course', jumpLength: 10, resamples: 10 },
	'inpaint with a strength': {
		...{ ...inpaint, ...guided, area, rule: 'course', jumpLength: 10, resamples: 10 },
		strength: 0.6,
	},
	'inpaint clean': { ...inpaint, ...sampling, area, rule: 'clean', jumpLength: 10, resamples: 10 },
	anagram: { ...anagram, ...guided },
	'anagram of four': {
		...anagram,
		...sampling,
		prompts: ['sky', 'stripes', '', 'sky'].map((p) => p || 'sky'),
		views: ['flip', 'negate', 'rotate_cw'],
	},
	'anagram, several tries': { ...anagram, ...guided, tries: 3 },
	'anagram of the same twice, several tries': { ...anagram, ...sampling, prompts: ['sky', 'sky'], tries: 2 },
	hybrid: { kind: 'hybrid', ...guided, prompts: ['sky', 'stripes'], decomposition: 'frequency' },
	'hybrid with a reference, several tries': {
		...{ kind: 'hybrid', ...guided, prompts: ['sky'], decomposition: 'frequency' },
		...{ reference: BLOB, referenceComponent: 1, tries: 2 },
	},
	upscale: {
		...{ kind: 'upscale', ...guided, prompts: ['sky', 'stripes'], image: BLOB, noiseLevel: 250 },
		through: { kind: 'views', views: ['flip'] },
	},
} as const;

const FLOWS = FLOW_SAMPLER_NAMES.map((sampler) => ({ sampler, steps: 4 }));

const DIGIT_JOBS: readonly DigitJob[] = [
	{ ...{ kind: 'digits', model: 'class', seed: 1, guidanceScale: 5 }, frames: false, digits: [2, 0], count: 2 },
	{ ...{ kind: 'digits', model: 'class', seed: 1, guidanceScale: 1 }, frames: true, digits: [2], count: 1 },
	{ ...{ kind: 'digits', model: 'time', seed: 1, guidanceScale: 5 }, frames: false, digits: [0, 0], count: 1 },
	{
		...{ kind: 'digit-anagram', model: 'class', seed: 1, guidanceScale: 5, frames: false },
		digit: 6,
		turned: 9,
		count: 2,
	},
	{
		...{ kind: 'digit-anagram', model: 'class', seed: 1, guidanceScale: 1, frames: false },
		digit: 6,
		turned: 9,
		count: 1,
	},
	...FLOWS.map((flow): DigitJob => {
		return {
			kind: 'digits',
			model: 'flow-class',
			flow,
			seed: 1,
			guidanceScale: 5,
			frames: false,
			digits: [2],
			count: 2,
		};
	}),
	{
		...{ kind: 'digits', model: 'flow-time', seed: 1, guidanceScale: 5, frames: false, digits: [2], count: 1 },
		flow: { sampler: 'euler', steps: 3 },
	},
	{
		...{ kind: 'digit-anagram', model: 'flow-class', seed: 1, guidanceScale: 5, frames: false },
		...{ digit: 6, turned: 9, count: 2, flow: { sampler: 'heun', steps: 3 } },
	},
	...FLOW_MODELS.flatMap((model) =>
		[undefined, 4].map((told): DigitJob => {
			const sources: DigitSource[] = [{ from: 'test', digit: 3, nth: 0 }];
			const flow = { sampler: 'heun', steps: 5 } as const;
			return { kind: 'digit-edit', model, seed: 1, sources, times: [0, 0.3, 0.95], flow, told, guidanceScale: 5 };
		}),
	),
	{ kind: 'digit-mean', model: 'denoiser', seed: 1, count: 3 },
	{ kind: 'digit-noise', model: 'denoiser', seed: 1, sources: [{ from: 'test', digit: 3, nth: 0 }], sigmas: [0, 1] },
	{
		...{ kind: 'digit-denoise', model: 'denoiser', seed: 1, sigmas: [0.2, 0.5, 0.8] },
		sources: [
			{ from: 'test', digit: 3, nth: 0 },
			{ from: 'image', image: BLOB },
		],
	},
];

const EDIT = { kind: 'edit', ...sampling, prompt: 'sky', image: BLOB } as const;

const EMBED = { kind: 'embed', model: 'toy', prompts: ['sky', '', 'sky'] } as const;

const TOY = {
	...{ kind: 'toy', model: 'plane-mlp', seed: 1, shape: 'circles', methods: ['ddpm', 'flow'] },
	...{ training: 100, points: 50 },
} as const;

/** The last index in the timesteps at which a step starts. */
const lastStart = (choice: SamplingChoice) => countSteps(planSampling(choice)) - 1;

/** What matters is the number of steps, hardly from which list they come: only two of the named tables. */
const FEW_CHOICES = CHOICES.filter(({ timesteps = 'fast27' }) => ['fast27', 'smart100'].includes(timesteps));

/** For tests that repeat steps. */
const SHORT_CHOICES = FEW_CHOICES.filter((choice) => lastStart(choice) < 40);

/** Runs a job and counts its evaluations. */
async function evaluationsOf(job: Job): Promise<number> {
	if (isDigitJob(job)) return digitEvaluationsOf(job);
	if (runsOn('text', job)) return textEvaluationsOf(job);
	if (runsOn('plane', job)) return planeEvaluationsOf(job);
	const context = toyContext({}, 2);
	await (PIPELINES[job.kind] as (...given: unknown[]) => Promise<unknown>)(job, context);
	return context.denoiser.calls.length;
}

async function digitEvaluationsOf(job: DigitJob): Promise<number> {
	let oneStepCalls = 0;
	const clean = async <T>(x: T) => {
		oneStepCalls++;
		return x;
	};
	const context = toyDigitContext({ openOneStep: async () => ({ clean }) });
	await (DIGIT_PIPELINES[job.kind] as (...given: unknown[]) => Promise<unknown>)(job, context);
	return context.denoiser.calls.length + context.flow.calls.length + oneStepCalls;
}

async function textEvaluationsOf(job: JobOf<JobKindOver<'text'>>): Promise<number> {
	let evaluations = 0;
	const encode = async () => {
		evaluations++;
		return tensor(new Float32Array(77 * 2), [77, 2]);
	};
	const encoder = {
		width: 2,
		normalise: (prompt: string) => prompt,
		encode,
		tokensCut: () => 0,
		close: async () => {},
	};
	await TEXT_PIPELINES[job.kind](job, { encoder, signal: new AbortController().signal });
	return evaluations;
}

/** A training step counts three evaluations per point of its batch; every other step makes one per point. */
async function planeEvaluationsOf(job: JobOf<JobKindOver<'plane'>>): Promise<number> {
	let steps = 0;
	const onStep = () => {
		steps++;
	};
	await PLANE_PIPELINES[job.kind](job, { device: { provider: 'cpu' }, signal: new AbortController().signal, onStep });
	const trained = job.methods.length * job.training;
	return 3 * TOY_BATCH * trained + job.points * (steps - trained);
}

async function expectExact(job: unknown): Promise<void> {
	const checked = jobSchema.parse(job);
	expect([checked, costOf(checked)]).toEqual([checked, await evaluationsOf(checked)]);
}

describe('the cost of', () => {
	it.each(Object.entries(PICTURE_JOBS))('%s is exact with every sampler', async (_, job) => {
		if (!('guidanceScale' in job)) return expectExact(job);
		for (const choice of FEW_CHOICES) await expectExact({ ...job, ...choice });
	});

	it('a picture is exact with every sampler and list of timesteps', async () => {
		for (const choice of CHOICES) await expectExact({ ...PICTURE_JOBS.generate, ...choice });
	});

	it('an edit is exact from every start', async () => {
		for (const choice of FEW_CHOICES) {
			const last = lastStart(choice);
			const edit = { ...EDIT, ...choice };
			for (const start of new Set([0, Math.floor(last / 2), last])) await expectExact({ ...edit, starts: [start] });
			for (const count of [undefined, 3]) await expectExact({ ...edit, ...guided, starts: [last, 0], count });
		}
	});

	it('a descent is exact from every start', async () => {
		for (const choice of FEW_CHOICES) {
			const last = lastStart(choice);
			for (const start of new Set([undefined, 0, Math.floor(last / 2), last])) {
				await expectExact({ ...denoise, ...sampling, ...choice, method: 'iterative', start });
			}
		}
		const hundred = { ...denoise, ...sampling, sampler: 'ddpm', steps: 100, method: 'iterative' };
		await expectExact(hundred);
		expect(costOf(jobSchema.parse(hundred))).toBe(70); // from t = 690, the 31st of 990, 980, …, 0
	});

	it.each([
		[1, 1],
		[3, 2],
		[5, 10],
		[10, 4],
	])('an inpainting with jumps of %d walked %d times is exact', async (jumpLength, resamples) => {
		for (const choice of SHORT_CHOICES.filter((choice) => jumpLength <= lastStart(choice))) {
			await expectExact({ ...inpaint, ...guided, ...choice, area, rule: 'repaint', jumpLength, resamples });
		}
	});

	it.each(DIGIT_JOBS)('$kind by $model at guidance $guidanceScale is exact', expectExact);

	it('toy is exact', async () => {
		await expectExact({ ...TOY, stepCounts: [1, 3, 7] });
	});

	it('embedding prompts is exact, also with a repeated one', async () => {
		await expectExact(EMBED);
	});

	it.each([
		[{ kind: 'generate', ...sampling, sampler: 'ddpm', steps: 9, timesteps: 'fast27', prompt: 'sky', count: 1 }],
		[{ ...inpaint, ...sampling, sampler: 'ddpm', steps: 4, area, rule: 'repaint', jumpLength: 9, resamples: 2 }],
		[
			{
				...{ ...inpaint, ...sampling, sampler: 'ddpm', steps: 10, area, rule: 'repaint', jumpLength: 5, resamples: 2 },
				strength: 0.5,
			},
		],
		[{ kind: 'generate', ...sampling, sampler: 'course', steps: 1000, prompt: 'sky', count: 1 }],
		[{ ...EDIT, ...sampling, sampler: 'ddpm', starts: [0, 40] }],
		[{ ...EDIT, ...sampling, sampler: 'course', starts: [33] }],
		[{ ...denoise, ...sampling, sampler: 'course', method: 'iterative', start: 33 }],
		[{ ...anagram, ...sampling, sampler: 'ddpm', views: ['flip', 'flip'], prompts: ['sky', 'stripes', 'sky'] }],
		[{ ...anagram, ...sampling, sampler: 'ddpm', prompts: ['sky', 'stripes', 'sky'] }],
		[{ ...PICTURE_JOBS.hybrid, ...sampling, sampler: 'ddpm', prompts: ['sky'] }],
		[{ ...PICTURE_JOBS.upscale, ...sampling, sampler: 'ddpm', prompts: ['sky'] }],
	])('an impossible job fails with the error of its pipeline: %j', async (impossible) => {
		const job = jobSchema.parse(impossible);
		const refusal = await evaluationsOf(job).catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(UserError);
		expect(() => costOf(job)).toThrow(refusal as UserError);
	});
});

it('every row has the name of its kind', () => {
	for (const [name, { schema }] of Object.entries(JOB_KINDS)) expect(schema.shape.kind.value).toBe(name);
});

it('every kind of job is tested above', () => {
	const kinds = [...Object.values(PICTURE_JOBS), ...DIGIT_JOBS, EDIT, EMBED, TOY].map(({ kind }) => kind);
	expect([...new Set<string>(kinds)].sort()).toEqual(Object.keys(JOB_KINDS).sort());
});
