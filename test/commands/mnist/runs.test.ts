/** /mnist status, stop and runs. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DIGIT_MODELS } from '../../../gpu/jobs/index.ts';
import { isShipped } from '../../../gpu/models/digits/shipped.ts';
import { type OpenDesk, openDesk, tess } from '../../src/desk/open-desk.ts';
import { begin, names, SHORT } from './begin.ts';

let desk: OpenDesk;
beforeEach(async () => {
	desk = await openDesk();
	desk.runner.stepMs = 0;
});
afterEach(() => desk.close());

test('status, stop and runs say so if nothing was ever trained', async () => {
	expect((await desk.answer('mnist status')).text).toBe(
		'Nothing has been trained here yet; /mnist train starts a training.',
	);
	expect((await desk.answer('mnist runs')).text).toBe(
		'Nothing has been trained here yet; /mnist train starts a training.',
	);
	expect((await desk.answer('mnist stop', {}, tess)).text).toMatch(/^No training is running/);
	expect((await desk.answer('mnist stop')).text).toMatch(/^Only staff can run \/mnist stop here/);
});

const present = await Promise.all(DIGIT_MODELS.map((model) => isShipped(model)));

test.each(DIGIT_MODELS.filter((_, i) => present[i]))(
	'status has a chart of how the shipped %s was trained',
	async (model) => {
		const view = await desk.answer('mnist status', { run: model });
		expect(view.text).toMatch(
			new RegExp(
				`^${model} \\(the bot's own\\): ${model}, hidden size \\d+.* steps, .*\\. Mean loss of the last epoch: 0\\.\\d+\\.$`,
			),
		);
		expect(names(view)).toEqual([`loss-${model}.png`]);
		expect(view.figures[0].alt).toMatch(
			new RegExp(`${model} \\(the bot's own\\): from 0\\.\\d+ to 0\\.\\d+, as means, after \\d+ steps`),
		);
	},
);

test('runs lists, compares and deletes runs', async () => {
	for (const model of ['time', 'class']) {
		const { outcome } = await begin(desk, { ...SHORT, model });
		desk.training.advance(model === 'time' ? 120 : 90);
		if (model === 'class') {
			const running = await desk.answer('mnist status');
			expect(running.text).toMatch(/^class-2: epoch 2 of 2, step 90 of 120, loss 0\.\d+, about 15 seconds left\.$/);
			expect(names(running)).toEqual(['loss-class-2.png']);
			expect((await desk.answer('mnist runs', { remove: 'class-2' }, tess)).text).toMatch(/is running; stop it/);
		}
		desk.training.end({ type: model === 'time' ? 'done' : 'stopped' });
		await outcome;
	}
	expect((await desk.answer('mnist runs')).text.split('\n')).toEqual([
		expect.stringMatching(
			/^class-2: class, D 16, by Tess: stopped, 90 of 120 steps, loss 0\.\d+, weights of epoch 1\.$/,
		),
		expect.stringMatching(
			/^time-1: time, D 16, by Tess: done, 120 of 120 steps, loss 0\.\d+, weights of epochs 1 to 2\.$/,
		),
	]);
	const both = await desk.answer('mnist runs', { compare: 'time-1, latest' });
	expect(both.figures).toMatchObject([{ filename: 'loss-time-1-class-2.png' }]);
	expect(both.figures[0].alt).toMatch(
		/logarithmic.*time-1: from 1 to 0\.00837, as means, after 120 steps.*class-2: from 1 to/,
	);
	for (const [compare, sentence] of [
		['time-1', /^compare takes two runs/],
		['time-1,latest,x', /^compare takes two runs/],
		['latest,class-2', /^Both are the run class-2/],
		['time-1,clas-2', /^There is no training run "clas-2" \(did you mean "class-2"\?\)/],
	] as const) {
		expect((await desk.answer('mnist runs', { compare })).text).toMatch(sentence);
	}
	const besideOwn = await desk.answer('mnist runs', { compare: 'class,latest' });
	expect(besideOwn.text).toMatch(/^class \(the bot's own\): class, .*\nclass-2: class, D 16, by Tess: stopped/);
	expect(besideOwn.figures).toMatchObject([{ filename: 'loss-class-class-2.png' }]);
	expect((await desk.answer('mnist status', { run: 'time-1' })).text).toMatch(
		/^time-1: time, D 16, by Tess: done.* Mean loss of the last epoch: 0\.0\d+\.$/,
	);
	expect((await desk.answer('mnist runs', { remove: 'time-1' })).text).toBe('Only staff can delete a training run.');
	const latest = await desk.answer('mnist runs', { remove: 'latest' }, tess);
	expect(latest.text).toBe('Give the id of the training to delete; /mnist runs lists them.');
	expect((await desk.answer('mnist runs', { remove: 'time-1' }, tess)).text).toBe('time-1 is deleted.');
	expect((await desk.training.runs()).map(({ id }) => id)).toEqual(['class-2']);
});
