import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { findCommand } from '../../commands/lib/find-command.ts';
import { type Job, type JobResult, jobSchema, UserError } from '../../gpu/jobs/index.ts';
import { denoise } from '../../gpu/pipelines/denoise.ts';
import { drawFilm } from '../fakes/draw-film.ts';
import { openToyStudio, type ToyStudio } from './toy-studio.ts';
import { jobTyped, runTyped } from './typed.ts';

let studio: ToyStudio;
beforeAll(async () => {
	studio = await openToyStudio(denoise);
});
afterAll(() => studio.close());

/** Adds a prompt that the toy network knows, except for a blur, which uses no network. */
const seen = (line: string) => (line.includes('blur') ? line : `${line} --prompt sky`);

const run = (line: string) => runTyped(seen(line), studio.perform, studio.blobs);

describe('/denoise', () => {
	test('compares by default, without guidance and with the course’s loop', async () => {
		const job = await jobTyped('denoise tower.png');
		expect(job).toEqual({
			kind: 'denoise',
			model: 'fake-if',
			seed: 77,
			prompt: 'a high quality photo',
			negativePrompt: '',
			guidanceScale: 1,
			sampler: 'course',
			image: 'a'.repeat(64),
			method: 'compare',
			levels: [250, 500, 750],
			states: 'strip',
		});
		expect(jobSchema.parse(job)).toEqual(job);
	});

	test('passes its options to the job', async () => {
		const line = 'denoise tower.png --method blur --t 400 --sigma 1.5 --kernel 9';
		expect(await jobTyped(line)).toMatchObject({ method: 'blur', levels: [400], sigma: 1.5, kernel: 9 });
		const descent = await jobTyped('denoise tower.png --method iterative --start 3 --guidance 4 --timesteps smart27');
		expect(descent).toMatchObject({ method: 'iterative', start: 3, guidanceScale: 4, timesteps: 'smart27' });
	});

	test('offers to upscale a denoised picture, but not a blurred one', async () => {
		const { show } = findCommand(commands, 'denoise').actions!;
		const options = { image: { blob: 'a'.repeat(64), name: 'tower.png' } };
		const buttonsOf = async (method: string) => {
			let result!: JobResult;
			const perform = async (job: Job) => {
				result = await studio.perform(job);
				return result;
			};
			await runTyped(seen(`denoise tower.png --t 500 --method ${method}`), perform, studio.blobs);
			// The second picture, after the noisy one.
			const { blobs } = studio;
			const shown = await show({ job: studio.jobs.at(-1)!, result, options, blobs, film: drawFilm, index: 1 });
			return 'command' in shown ? undefined : shown.buttons;
		};
		expect(await buttonsOf('one-step')).toContainEqual({ action: 'upscale', label: 'Upscale', index: 2 });
		expect(await buttonsOf('blur')).not.toContainEqual(expect.objectContaining({ action: 'upscale' }));
	});

	test('shows the methods side by side, and the descent below', async () => {
		const { text, figures, originals } = await run('denoise tower.png --start 10');
		expect(text).toMatch(
			/^tower.png, noised to t = 690 and denoised \(compare\): sigma of the best PSNR, start 10, under “sky”, seed 77/,
		);
		expect(figures.map(({ filename }) => filename)).toEqual(['denoise-77-compare-sheet.png']);
		const [, first, second] = figures[0].alt.match(/Row 1: (.*)\. Row 2: (.*?)\. /)!;
		expect(first.split('; ').map((caption) => caption.replace(/[\d.]+ dB/, 'N dB'))).toEqual([
			'original',
			'noisy, t = 690, PSNR N dB',
			expect.stringMatching(/^blurred, t = 690, σ [\d.]+, PSNR N dB$/),
			'one-step, t = 690', // no PSNR, because the toy network gets this picture exactly right
			'iterative, t = 690, PSNR N dB',
		]);
		expect(second).toBe('t = 690; t = 540; t = 390; t = 240; t = 90');
		const names = (await originals!()).map(({ filename }) => filename);
		expect(new Set(names).size).toBe(9);
		expect(names).toContain('denoise-77-state-t-540.png');
	});

	test.each([
		['blur --t 250,500', /Row 1: noisy, t = 250.*noisy, t = 500.*original\. Row 2: blurred, t = 250.*t = 500/],
		['one-step --t 250,500', /Row 1: noisy, t = 250.*original\. Row 2: one-step, t = 250; one-step/],
		['one-step --t 250', /3 pictures, from left to right\. original; noisy, t = 250.*; one-step, t = 250/],
		['iterative --start 20', /Row 1: t = 390; t = 240; t = 90\. Row 2: iterative, t = 390.*; original/],
	])('lays out %s', async (method, rows) => {
		const { figures } = await run(`denoise tower.png --method ${method}`);
		expect(figures[0].alt).toMatch(rows);
	});

	test('offers an animation, by repeating the request', async () => {
		const { buttons } = await run('denoise tower.png --start 20');
		expect(buttons).toContainEqual({ action: 'animate', label: 'Animate' });
		expect((await run('denoise tower.png --method blur')).buttons).not.toContainEqual({
			action: 'animate',
			label: 'Animate',
		});
		const { animate } = findCommand(commands, 'denoise').actions!;
		const options = { image: { blob: 'a'.repeat(64), name: 'tower.png' }, start: 20 };
		const job = studio.jobs.at(-1)!;
		const result = { images: [], notes: [] };
		const again = await animate({ job, result, options, blobs: studio.blobs, film: drawFilm, index: 0 });
		expect(again).toEqual({
			command: 'denoise',
			options: { ...options, seed: 77, model: 'fake-if', animate: 'yes' },
		});
	});

	test('animates every state with --animate, and holds the last', async () => {
		const { figures, originals } = await run('denoise tower.png --start 20 --animate');
		expect(figures.map(({ filename }) => filename)).toEqual(['denoise-77-compare-sheet.png', 'denoise-77-descent.gif']);
		expect(figures[1]).toMatchObject({
			type: 'image/gif',
			alt: expect.stringContaining('from t = 390 in 13 steps'),
		});
		const { pages, delay } = await sharp(figures[1].bytes).metadata();
		expect(pages).toBe(14);
		expect(delay!.at(-1)).toBeGreaterThan(4 * delay![0]);
		expect(await originals!()).toHaveLength(7);
	});

	test.each([
		['denoise', /^\/denoise needs image: a PNG/],
		['denoise tower.png --method blurr', /^method must be one of compare, blur.*did you mean "blur"/],
		['denoise tower.png --method blur --t 1000', /^t must be 1 to 9 whole numbers from 0 to 999/],
		['denoise tower.png --method blur --kernel 8', /^kernel must be an odd number from 1 to 63; got 8\.$/],
		['denoise tower.png --method blur --kernel 65', /^kernel must be an odd number from 1 to 63; got 65\.$/],
		['denoise tower.png --sigma 0', /^sigma must be a number from 0\.1/],
		['denoise tower.png --t 250', /^t is for blur and one-step; compare takes start/],
		['denoise tower.png --method one-step --start 3', /^start is for compare and iterative; with one-step/],
		['denoise tower.png --method blur --animate', /^animate is for compare and iterative; with blur/],
		['denoise tower.png --start 40', /^The start 40 is too late: with these steps it can be 0 to 32\.$/],
		['denoise tower.png --steps 5 --timesteps fast27', /^Give either steps or timesteps, not both/],
	])('rejects “%s” in one sentence', async (line, sentence) => {
		const asked = () => runTyped(line, studio.perform, studio.blobs);
		await expect(asked()).rejects.toBeInstanceOf(UserError);
		await expect(asked()).rejects.toThrow(sentence);
	});
});
