import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../gpu/jobs/index.ts';
import { forwardProcess } from '../../gpu/pipelines/forward-process.ts';
import { openToyStudio, type ToyStudio } from './toy-studio.ts';
import { jobTyped, runTyped } from './typed.ts';

let studio: ToyStudio;
beforeAll(async () => {
	studio = await openToyStudio(forwardProcess);
});
afterAll(() => studio.close());

describe('/noise', () => {
	test('uses the course’s levels, or others, each once', async () => {
		const model = 'fake-if';
		expect(await jobTyped('noise tower.png')).toEqual({
			kind: 'noise',
			model,
			seed: 77,
			image: 'a'.repeat(64),
			levels: [250, 500, 750],
		});
		expect(await jobTyped('noise tower.png --t 999,0,999 --seed 3')).toMatchObject({ seed: 3, levels: [999, 0] });
	});

	test('replies with a sheet that starts with the original, and with each noisy picture', async () => {
		const { text, figures, originals, buttons } = await runTyped('noise tower.png', studio.perform, studio.blobs);
		expect(text).toBe('tower.png, noisy, t = 250, 500, 750: seed 77, model fake-if.');
		expect(figures.map(({ filename }) => filename)).toEqual(['noise-77-sheet.png']);
		expect(figures[0].alt).toMatch(/4 pictures.*original; noisy, t = 250, PSNR \d+\.\d dB.*t = 750.*seed 77/s);
		expect((await originals!()).map(({ filename }) => filename)).toEqual([
			'noise-77-t-250.png',
			'noise-77-t-500.png',
			'noise-77-t-750.png',
		]);
		expect(buttons!.map(({ label }) => label)).toEqual(['t = 250', 't = 500', 't = 750']);
	});

	test('shows a single level alone', async () => {
		const { text, figures } = await runTyped('noise tower.png --t 500', studio.perform, studio.blobs);
		expect(text).toMatch(/^tower.png, noisy, t = 500, PSNR \d+\.\d dB: seed 77/);
		expect(figures.map(({ filename }) => filename)).toEqual(['noise-77-t-500.png']);
	});

	test.each([
		['noise', /^\/noise needs image: a PNG/],
		['noise tower.png --t 1000', /^t must be 1 to 9 whole numbers from 0 to 999.*got "1000"/],
		['noise tower.png --t -1', /^t must be 1 to 9 whole numbers from 0 to 999/],
		['noise tower.png --t 1,2,3,4,5,6,7,8,9,10', /^t must be 1 to 9/],
		['noise tower.png --steps 3', /^\/noise has no option "steps"/],
	])('rejects “%s” in one sentence', async (line, sentence) => {
		await expect(jobTyped(line)).rejects.toBeInstanceOf(UserError);
		await expect(jobTyped(line)).rejects.toThrow(sentence);
	});
});
