import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSampling, samplingParameters } from '../../../commands/lib/sampling.ts';
import { type JobOf, jobSchema, UserError } from '../../../gpu/jobs/index.ts';
import { createLocalBlobStore } from '../../../gpu/queue/local-blobs.ts';
import type { ModelSummary } from '../../../gpu/queue/runner.ts';
import { bands, FAKE_MODELS } from '../../fakes/fake-runner.ts';
import { jobTyped, runTyped } from '../typed.ts';

let directory: string;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-sampling-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test.each(['generate a dog', 'anagram "a dog" "a cat"', 'upscale dog.png a dog', 'edit dog.png a dog'])(
	'--embeddings goes into the job of “%s”',
	async (line) => {
		const job = await jobTyped(`${line} --embeddings own.pth`);
		expect(job).toMatchObject({ embeddings: ['a'.repeat(64)] });
		expect(jobSchema.parse(job)).toEqual(job);
		expect(await jobTyped(line)).not.toHaveProperty('embeddings');
	},
);

describe('--guidance-range', () => {
	test('limits guidance in the job, and appears in the settings', async () => {
		const job = (await jobTyped('generate a dog --guidance 5 --guidance-range 100,800')) as JobOf<'generate'>;
		expect(job).toMatchObject({ guidanceScale: 5, guidanceRange: [100, 800] });
		expect(jobSchema.parse(job)).toEqual(job);
		expect(describeSampling(job)).toContain('guidance 5 from t = 100 to 800, sampler');
		expect(await jobTyped('generate a dog')).not.toHaveProperty('guidanceRange');
	});

	test.each(['800,100', '0.5,100'])('must be two whole numbers, the smaller first, not %s', async (range) => {
		await expect(jobTyped(`generate a dog --guidance-range ${range}`)).rejects.toThrow(
			`The guidance range must be two whole numbers, the smaller first, such as 0,800; not ${range}.`,
		);
	});
});

describe('a model with its own sampling', () => {
	const sampling = {
		sampler: 'heun',
		timesteps: [900, 400, 0],
		clips: true,
		startColour: 0.8,
		startColours: { 'oil painting': 0, 'at night': -0.4 },
	} as const;
	const model: ModelSummary = { ...FAKE_MODELS[0], sampling };
	const open = {
		seed: 3,
		sampler: 'auto',
		timesteps: 'auto',
		negative: '',
		model,
		steps: undefined,
		eta: undefined,
		guidance: undefined,
		'guidance-range': undefined,
		embeddings: undefined,
	} as const;
	const recipe = { timesteps: [900, 400, 0], clips: true };

	test.each([
		['a cat', 0.8],
		['An oil painting of a cat', 0],
		['an oil painting of a cat at night', -0.2],
	])('uses it by default: “%s” starts from %d', (prompt, colour) => {
		const parameters = samplingParameters(open, [prompt]);
		expect(parameters).toMatchObject({ sampler: 'heun', recipe: { ...recipe, startColours: [colour] } });
		expect(parameters).not.toHaveProperty('steps');
		expect(describeSampling(parameters)).toContain("3 steps of the model's own, guidance 7, sampler heun");
		expect(jobSchema.parse({ kind: 'generate', prompt, count: 1, ...parameters })).toMatchObject(parameters);
	});

	test.each([
		[{ sampler: 'course' }, { sampler: 'course' }],
		[{ steps: 20 }, { sampler: 'ddpm', steps: 20 }],
		[{ timesteps: 'fast27' }, { sampler: 'ddpm', timesteps: 'fast27' }],
		[{ timesteps: 'course' }, { sampler: 'ddpm' }],
		[{ model: FAKE_MODELS[0] }, { sampler: 'ddpm' }],
	] as const)('does not use it with %j', (given, asked) => {
		const {
			model: _,
			seed,
			guidanceScale,
			negativePrompt,
			...choice
		} = samplingParameters({ ...open, ...given }, ['a cat']);
		expect(choice).toEqual(asked);
	});
});

describe('--timesteps', () => {
	test('puts one of DeepFloyd’s lists into the job by name', async () => {
		const job = await jobTyped('generate a dog --timesteps smart50');
		expect(job).toMatchObject({ kind: 'generate', prompt: 'a dog', timesteps: 'smart50' });
		expect(jobSchema.parse(job)).toEqual(job);
	});

	test.each(['generate a dog', 'generate a dog --timesteps course'])(
		'leaves the course’s list unnamed in “%s”',
		async (line) => {
			const job = await jobTyped(line);
			expect(job).not.toHaveProperty('timesteps');
			expect(jobSchema.parse(job)).toEqual(job);
		},
	);

	test('must be a known name', async () => {
		const asking = jobTyped('generate a dog --timesteps smart5');
		await expect(asking).rejects.toBeInstanceOf(UserError);
		await expect(asking).rejects.toThrow(/^timesteps must be one of auto, course, fast27, .*did you mean "smart50"/);
	});

	test.each([
		['generate a dog --timesteps super27', 'seed 77, the timesteps super27, guidance'],
		['generate a dog', "seed 77, the course's timesteps, guidance"],
		['generate a dog --steps 20', 'seed 77, 20 steps, guidance'],
	])('appears in the reply to “%s”', async (line, told) => {
		const blobs = createLocalBlobStore(directory);
		const image = { blob: await blobs.put(await bands(77, 1)), width: 32, height: 32, seed: 77 };
		const { text } = await runTyped(line, async () => ({ images: [image], notes: [] }), blobs);
		expect(text).toContain(told);
	});
});

describe('--eta', () => {
	test('goes into the job and the settings, if the sampler takes it', async () => {
		const job = await jobTyped('generate a dog --sampler ddim --eta 0.5');
		expect(job).toMatchObject({ sampler: 'ddim', eta: 0.5 });
		expect(jobSchema.parse(job)).toEqual(job);
		expect(await jobTyped('generate a dog --sampler ddim')).not.toHaveProperty('eta');
		expect(describeSampling(job as JobOf<'generate'>)).toContain('sampler ddim with eta 0.5,');
	});

	test.each([
		['generate a dog --eta 0.5', 'eta is for the sampler ddim; with ddpm leave it out.'],
		['generate a dog --sampler ddim --eta 1.5', 'eta must be a number from 0 to 1, for example 0.5; got "1.5".'],
		['generate a dog --steps 9 --timesteps fast27', 'Give either steps or timesteps, not both'],
	])('“%s” is rejected before it waits', async (line, sentence) => {
		const asking = jobTyped(line);
		await expect(asking).rejects.toBeInstanceOf(UserError);
		await expect(asking).rejects.toThrow(sentence);
	});
});
