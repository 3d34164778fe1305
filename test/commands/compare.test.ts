import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Job, JobOf } from '../../gpu/jobs/index.ts';
import { memoryBlobs } from '../fakes/memory-blobs.ts';
import { runTyped } from './typed.ts';

const blobs = memoryBlobs();
let jobs: JobOf<'generate'>[];
beforeEach(() => {
	jobs = [];
});

/** Makes a grey picture, lighter the fewer the steps: black at 1000. */
async function perform(job: Job) {
	const asked = job as JobOf<'generate'>;
	jobs.push(asked);
	const level = Math.round((1000 - (asked.steps ?? 34)) / 10);
	const pixels = await sharp({
		create: { width: 8, height: 8, channels: 3, background: { r: level, g: level, b: level } },
	})
		.png()
		.toBuffer();
	const image = { blob: await blobs.put(pixels), width: 8, height: 8, seed: asked.seed };
	const notes = ['It knows no wug.', `This took ${asked.steps} steps.`];
	return { images: [image], notes, seconds: (asked.steps ?? 34) / 10 };
}

const compare = (line: string) => runTyped(`compare ${line}`, perform, blobs);
const asked = () => jobs.map(({ sampler, steps, guidanceScale, seed }) => ({ sampler, steps, guidanceScale, seed }));

describe('/compare', () => {
	test('makes a picture for each sampler and number of steps from one seed, then the reference', async () => {
		await compare('"a dog" --samplers ddpm,heun --steps 5,20 --seed 3');
		const common = { guidanceScale: 7, seed: 3 };
		expect(asked()).toEqual([
			{ sampler: 'ddpm', steps: 5, ...common },
			{ sampler: 'ddpm', steps: 20, ...common },
			{ sampler: 'heun', steps: 5, ...common },
			{ sampler: 'heun', steps: 20, ...common },
			{ sampler: 'ddim', steps: 1000, ...common },
		]);
	});

	test('gives the calls, time and error of each, and says why some have no error', async () => {
		const { text, figures, originals } = await compare('"a dog" --samplers ddpm,ddim --steps 5,20 --seed 3');
		const [{ alt, filename }] = figures;
		expect(filename).toBe('compare-3.png');
		expect(alt).toContain('ddpm: 5 steps: 10 calls, 0.5 s; 20 steps: 40 calls, 2.0 s. ');
		// 1000 steps are black, 5 are 100 (rounded from 99.5), 20 are 98.
		expect(alt).toContain('ddim: 5 steps: 10 calls, 0.5 s, error 100; 20 steps: 40 calls, 2.0 s, error 98. ');
		expect(alt).toContain('ddim, 1000 steps: 2000 calls, 100 s');
		expect(text).toBe(
			'“a dog”, seed 3, guidance 7, model fake-if. Error: root mean square in grey levels of 255, against ddim’s picture in 1000 steps. It starts at timestep 999, the others at 800 to 950, which may matter more than their number of steps. ddpm adds fresh noise in every step: more steps give different pictures, not that one, so there is no error to measure. It knows no wug.',
		);
		expect((await originals?.())?.map((figure) => figure.filename)).toEqual([
			'compare-3-1-ddpm-5.png',
			'compare-3-2-ddpm-20.png',
			'compare-3-3-ddim-5.png',
			'compare-3-4-ddim-20.png',
			'compare-3-5-ddim-1000.png',
		]);
	});

	test('makes no reference if nothing is compared with it, or if told not to', async () => {
		await compare('dog --samplers ddpm,course --steps 5');
		await compare('dog --samplers ddim --steps 5 --reference 0');
		expect(asked().map(({ sampler }) => sampler)).toEqual(['ddpm', 'course', 'ddim']);
	});

	test('varies any two options along rows and columns', async () => {
		const { figures } = await compare('dog --rows guidance=1,3 --columns "seed = 8, 9" --samplers ddim --steps 4');
		expect(asked()).toEqual([
			{ sampler: 'ddim', steps: 4, guidanceScale: 1, seed: 8 },
			{ sampler: 'ddim', steps: 4, guidanceScale: 1, seed: 9 },
			{ sampler: 'ddim', steps: 4, guidanceScale: 3, seed: 8 },
			{ sampler: 'ddim', steps: 4, guidanceScale: 3, seed: 9 },
		]);
		expect(figures[0].alt).toContain('guidance 1: seed 8: 4 calls, 0.4 s; seed 9: 4 calls, 0.4 s. guidance 3: seed 8');
	});

	test.each([
		[
			'dog --rows brightness=1,2',
			'rows must be steps, guidance, eta, or seed, "=", and numbers, such as guidance=1,3,7; not "brightness=1,2".',
		],
		[
			'dog --columns 5,10',
			'columns must be steps, guidance, eta, or seed, "=", and numbers, such as guidance=1,3,7; not "5,10".',
		],
		['dog --rows guidance=1,much', 'guidance must be a number from 1 to 100, for example 7; got "much".'],
		['dog --rows steps=5,10', 'Rows and columns are both of steps; give them different options.'],
		[
			'dog --rows guidance=1,2 --samplers ddpm,ddim',
			'With your own rows, name one sampler, for example --samplers ddim.',
		],
		[
			'dog --columns guidance=1,2 --steps 5,10',
			'With your own columns, name one number of steps, for example --steps 20.',
		],
		['dog --rows eta=0,1', 'eta is for the sampler ddim; with ddpm leave it out.'],
		['dog --rows seed=1,2,3,4,5,6,7', 'rows takes at most 6 values, not 7; leave some out.'],
		[
			'dog --samplers dpmpp-2m --steps 1000',
			'The sampler "dpmpp-2m" takes a whole number of steps from 1 to 999, not 1000.',
		],
		[
			'dog --rows guidance=1,3 --reference 100',
			'reference would have no effect: it applies only with samplers by steps, without rows and columns of your own.',
		],
		[
			'dog --rows guidance=1,3 --guidance 4',
			'guidance would have no effect: it applies only with rows and columns of something else.',
		],
	])('%s is rejected before any picture is made', async (line, sentence) => {
		await expect(compare(line)).rejects.toThrow(sentence);
		expect(jobs).toEqual([]);
	});
});
