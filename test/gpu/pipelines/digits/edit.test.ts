/** Edits digits along a flow from the middle. */
import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { digitEdit } from '../../../../gpu/pipelines/digits/edit.ts';
import { toyDigit, toyDigitContext } from './toy-digits.ts';

const JOB: JobOf<'digit-edit'> = {
	kind: 'digit-edit',
	model: 'flow-class',
	seed: 5,
	sources: [{ from: 'test', digit: 7, nth: 0 }],
	times: [0, 0.5],
	flow: { sampler: 'euler', steps: 4 },
	told: 3,
	guidanceScale: 1,
};

test('a digit is mixed with noise for its time, and follows the flow to the given digit', async () => {
	const context = toyDigitContext();
	const { images } = await digitEdit(JOB, context);
	expect(images.map(({ role, t, seed }) => [role, t, seed])).toEqual([
		['original', undefined, 5],
		['noisy', 0, 5],
		['denoised', 0, 5],
		['noisy', 0.5, 5],
		['denoised', 0.5, 5],
	]);
	const noise = new TorchGenerator(5).randn([1, 28, 28]).data;
	const entered = images[3].pixels.data[700]; // below the ink of a 7
	expect(entered).toBeCloseTo(2 * (0.5 * noise[700] + 0.5 * toyDigit(7).data[700]) - 1, 5);
	// A 3 inks four rows.
	expect([images[4].pixels.data[3 * 28], images[4].pixels.data[4 * 28]]).toEqual(
		[1, -1].map((v) => expect.closeTo(v, 4)),
	);
	expect(context.flow.calls.map(({ t }) => t).sort()).toEqual([0, 0.25, 0.5, 0.5, 0.75, 0.75]);
	expect(context.flow.calls.every(({ digit }) => digit === 3)).toBe(true);
	expect(context.steps.at(-1)).toMatchObject({ done: 6, total: 6 });
});

test('a network that takes no digit gets none', async () => {
	const context = toyDigitContext();
	await digitEdit({ ...JOB, model: 'flow-time', guidanceScale: 5 }, context);
	expect(context.flow.calls.map(({ digit }) => digit)).toEqual(Array(6).fill(undefined));
});
