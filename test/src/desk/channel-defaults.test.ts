/** The defaults that staff set for a channel: seed, guidance, sampler and fit, one by one or as a preset. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { bands } from '../../fakes/fake-runner.ts';
import { ann, button, messageRefOf, type OpenDesk, openDesk, pressed, tess } from './open-desk.ts';

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk();
});
afterEach(() => open.close());

const here = messageRefOf('1');

async function settings(options: RawOptions = {}): Promise<string> {
	return (await open.answer('settings', options, tess, here)).text;
}

const pictureOf = async () => ({ blob: await open.blobs.put(await bands(3, 1)), name: 'tower.png' });

/** The job and the title of a request by Ann. */
async function made(command: string, options: RawOptions, where = here) {
	const { state, text, title } = await open.answer(command, options, ann, where);
	expect([state, text]).toEqual(['done', text]);
	return { job: open.runner.submitted.at(-1)!.job, title };
}

describe('the preset course', () => {
	beforeEach(() => settings({ preset: 'course' }));

	test('lists its values until it is removed', async () => {
		expect(await settings()).toContain(
			"the default model, the course's values by default (seed 150, guidance 7, sampler course, fit squash), any number of steps",
		);
		expect(await settings({ seed: '180' })).toContain(
			', seed 180, guidance 7, sampler course, fit squash by default, any number',
		);
		expect(await settings({ preset: 'none' })).toContain('the default model, any number of steps');
	});

	test('makes comparable pictures for the whole class', async () => {
		const values = { seed: 150, guidanceScale: 6, sampler: 'course' };
		await settings({ guidance: '6' }); // the models' own guidance is 7
		expect((await made('generate', { prompt: 'a dog' })).job).toMatchObject(values);
		expect((await made('generate', { prompt: 'a dog' })).job).toEqual(open.runner.submitted[0].job);
		const image = await pictureOf();
		expect((await made('edit', { image, start: '5' })).job).toMatchObject({ ...values, fit: 'squash' });
		expect((await made('noise', { image })).job).toMatchObject({ seed: 150, fit: 'squash' });
		const inpainting = { image, region: '0,0,.5,.5', size: 'model' };
		expect((await made('inpaint', inpainting)).job).toMatchObject({ ...values, fit: 'squash' });
	});

	test('yields to typed options, and applies only in its channel', async () => {
		const image = await pictureOf();
		const typed = { image, start: '5', seed: 3, guidance: 2, sampler: 'ddpm', fit: 'crop' };
		const { job } = await made('edit', typed);
		expect(job).toMatchObject({ seed: 3, guidanceScale: 2, sampler: 'ddpm' });
		expect(job).not.toHaveProperty('fit');
		const elsewhere = messageRefOf('1', 'slack:C2');
		const other = (await made('edit', { image, start: '5', seed: 3 }, elsewhere)).job;
		expect(other).not.toHaveProperty('fit');
		expect(other).toMatchObject({ seed: 3, sampler: 'course' });
	});

	test('is not mentioned where it would change nothing', async () => {
		const image = await pictureOf();
		for (const method of ['blur', 'one-step']) {
			const { title } = await made('denoise', { image, method });
			expect(title).not.toContain('--sampler');
			expect(title).not.toContain('--guidance');
		}
		expect((await made('hybrid', { prompt: 'a', prompt2: 'b' })).job).not.toHaveProperty('fit');
		expect((await made('inpaint', { image, region: '0,0,.5,.5' })).job).not.toHaveProperty('fit');
		const typed = await open.answer('hybrid', { prompt: 'a', prompt2: 'b', fit: 'squash' }, ann, here);
		expect(typed.text).toBe('fit would have no effect: it applies only with a reference.');
	});

	test('does not change denoising, digits and stage II, which have their own guidance', async () => {
		await settings({ guidance: '3' });
		const image = await pictureOf();
		expect((await made('denoise', { image })).job).toMatchObject({ seed: 150, guidanceScale: 1, sampler: 'course' });
		expect((await made('mnist sample', { digits: '5' })).job).toMatchObject({ seed: 150, guidanceScale: 5 });
		const elsewhere = messageRefOf('1', 'slack:C2');
		const { job: usual } = await made('upscale', { image, seed: 150 }, elsewhere);
		expect((await made('upscale', { image })).job).toEqual({ ...usual, fit: 'squash' });
	});

	test('does not stop buttons from making another picture', async () => {
		const first = await open.answer('generate', { prompt: 'a dog' }, ann, here);
		await pressed(open.desk, button(first, 'Again'), ann, here);
		const vary = await pressed(open.desk, button(first, 'Vary'), ann, here);
		expect(vary.state).toBe('done');
		const seeds = open.runner.submitted.map(({ job }) => ('seed' in job ? job.seed : undefined));
		expect(seeds[0]).toBe(150);
		expect(seeds.slice(1)).not.toContain(150);
		const same = await pressed(open.desk, button(first, 'Same seed'), ann, here);
		expect(same.figures[0].bytes).toEqual(first.figures[0].bytes);
	});
});

test('a limit of steps does not affect requests without steps, nor their buttons', async () => {
	await settings({ steps: '20' });
	const denoised = await open.answer('denoise', { image: await pictureOf(), method: 'one-step' }, ann, here);
	expect([denoised.state, denoised.title]).toEqual(['done', expect.not.stringContaining('--steps')]);
	for (const label of ['Again', 'Same seed']) {
		expect(await pressed(open.desk, button(denoised, label), ann, here)).toMatchObject({ state: 'done' });
	}
});

describe('one by one', () => {
	test('each can be set and removed', async () => {
		expect(await settings({ seed: '0' })).toContain(', seed 0 by default, ');
		expect(await settings({ guidance: '3.5', sampler: 'heun', fit: 'pad' })).toContain(
			', seed 0, guidance 3.5, sampler heun, fit pad by default, ',
		);
		expect((await made('generate', { prompt: 'a dog' })).job).toMatchObject({
			seed: 0,
			guidanceScale: 3.5,
			sampler: 'heun',
		});
		expect(await settings({ seed: 'none', sampler: 'none' })).toContain(', guidance 3.5, fit pad by default, ');
		expect(await settings({ guidance: 'None', fit: 'none' })).not.toContain('by default');
	});

	test('options given beside a preset override it', async () => {
		expect(await settings({ preset: 'course', guidance: '5', fit: 'none' })).toContain(
			', seed 150, guidance 5, sampler course by default, ',
		);
		expect(await settings({ reset: 'yes' })).not.toContain('by default');
	});

	test.each([
		[{ seed: 'dog' }, 'seed must be a whole number from 0 to 4294967295, for example 180; got "dog".'],
		[{ guidance: '0.5' }, 'guidance must be a number from 1 to 100, for example 7; got "0.5".'],
		[
			{ fit: 'sqash' },
			/^fit must be one of unchanged, none, crop, squash, pad; got "sqash" \(did you mean "squash"\?\)\.$/,
		],
		[{ preset: 'class' }, /^preset must be one of unchanged, course, none/],
	])('%j is rejected in one sentence, and changes nothing', async (options, sentence) => {
		expect(await settings(options)).toMatch(sentence);
		expect(await settings()).not.toContain('by default');
	});
});
