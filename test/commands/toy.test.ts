import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOY_SHAPES, UserError } from '../../gpu/jobs/index.ts';
import { ann, button, type OpenDesk, openDesk, pressed } from '../src/desk/open-desk.ts';
import { jobTyped } from './typed.ts';

describe('/toy', () => {
	test('learns moons by both methods by default, or what is asked for', async () => {
		expect(await jobTyped('toy')).toEqual({
			...{ kind: 'toy', model: 'plane-mlp', seed: 77, shape: 'moons', methods: ['ddpm', 'flow'] },
			...{ training: 2000, points: 500, stepCounts: [1, 2, 5, 20, 100] },
		});
		expect(await jobTyped('toy spiral --method flow --steps 50,2,2 --training 300 --points 60 --seed 0')).toEqual({
			...{ kind: 'toy', model: 'plane-mlp', seed: 0, shape: 'spiral', methods: ['flow'] },
			...{ training: 300, points: 60, stepCounts: [2, 50] },
		});
		for (const shape of TOY_SHAPES) expect(await jobTyped(`toy ${shape}`)).toMatchObject({ shape });
	});

	test.each([
		['toy cube', /^shape must be one of moons, checkerboard, circles, spiral; got "cube"/],
		['toy --method ddim', /^method must be one of both, ddpm, flow/],
		['toy --steps 0', /^steps must be 1 to 5 whole numbers from 1 to 500/],
		['toy --steps 1,2,3,4,5,6', /^steps must be 1 to 5 whole numbers/],
		['toy --training 50', /^training must be a whole number from 100 to 5000/],
		['toy --points 1001', /^points must be a whole number from 50 to 1000/],
	])('rejects %s in one sentence', async (line, sentence) => {
		await expect(jobTyped(line)).rejects.toBeInstanceOf(UserError);
		await expect(jobTyped(line)).rejects.toThrow(sentence);
	});
});

describe('the reply', () => {
	let desk: OpenDesk;
	beforeAll(async () => {
		desk = await openDesk();
		desk.runner.stepMs = 0;
	});
	afterAll(() => desk.close());

	const options = { shape: 'circles', points: 60, steps: '1,10', seed: 5 };

	test('has a sheet, an animation and a text that explains', async () => {
		const { view, originals } = await desk.ask('toy', options).outcome;
		expect(view.text).toBe(
			'Circles by DDPM and flow matching: seed 5, 2,000 training steps, 60 points. ' +
				'DDPM (Ho et al. 2020) removes noise in every step and adds a little fresh noise, so its paths are crooked: 10.0 times the straight distance. ' +
				'Flow matching (Lipman et al. 2022; Liu et al. 2022) learns the mean velocity of straight lines from noise to data and follows it without fresh noise: 1.0 times the straight distance. ' +
				'Distance to the data: DDPM 0.10 in 10 steps; flow matching 0.10 in 10 steps; two draws of the data are 0.05 apart.',
		);
		expect(view.figures).toMatchObject([
			{ filename: 'toy-circles-5.png', type: 'image/png', width: 1200 },
			{ filename: 'toy-circles-5.gif', type: 'image/gif' },
		]);
		expect(view.figures[0].alt).toMatch(/^Circles, learned by DDPM and flow matching\. The data, 60 points, and paths/);
		expect(view.figures[0].alt).toMatch(/DDPM 1: 1\.00, 10: 0\.10; flow matching 1: 1\.00, 10: 0\.10\. seed 5/);
		expect(view.figures[1].alt).toMatch(/^An animation of 60 points moving from noise to circles in 10 steps/);
		expect((await sharp(view.figures[1].bytes).metadata()).pages).toBe(2);
		const parts = await originals!();
		expect(parts.map(({ filename }) => filename)).toEqual(
			['paths', 'field', 'steps'].map((part) => `toy-circles-5-${part}.png`),
		);
		// The sheet consists of the parts, each with a title.
		expect(Math.max(...parts.map(({ height }) => height))).toBeLessThan(view.figures[0].height / 1.5);
	});

	test('has buttons to show its parts alone, and all again', async () => {
		const { view } = await desk.ask('toy', options).outcome;
		const field = await pressed(desk.desk, button(view, 'Field'), ann);
		expect(field.figures).toMatchObject([{ filename: 'toy-circles-5-field.png' }]);
		expect(field.figures[0].alt).toMatch(/Arrows show where the network sends each place/);
		const all = await pressed(desk.desk, button(field, 'All'), ann);
		expect(all.figures).toMatchObject([{ filename: 'toy-circles-5.png' }]);
		expect(all.figures[0].bytes).toEqual(view.figures[0].bytes);
	});

	test('names the method in text and files if there is only one', async () => {
		const { view } = await desk.ask('toy', { ...options, method: 'flow' }).outcome;
		expect(view.text).toMatch(/^Circles by flow matching: seed 5.*Distance to the data: 0\.10 in 10 steps; two draws/);
		expect(view.figures.map(({ filename }) => filename)).toEqual(['toy-circles-flow-5.png', 'toy-circles-flow-5.gif']);
	});
});
