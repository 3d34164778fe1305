/** Trainings that are stopped, and go on. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buttonId } from '../../../src/desk/buttons.ts';
import type { User } from '../../../src/store/records.ts';
import {
	ann,
	bob,
	button,
	expectOutcome,
	messageRefOf,
	type OpenDesk,
	openDesk,
	tess,
} from '../../src/desk/open-desk.ts';
import { begin, type Given, names, restarted, SHORT, soon } from './begin.ts';

let desk: OpenDesk;
beforeEach(async () => {
	desk = await openDesk();
	desk.runner.stepMs = 0;
});
afterEach(() => desk.close());

const start = (options?: Given, user?: User) => begin(desk, options, user);

describe('/mnist train', () => {
	test.each(['done', 'stopped'] as const)('is not resumed by a restart if it is %s', async (type) => {
		const first = await start();
		desk.training.advance(60);
		desk.training.end({ type: 'stopped' });
		await first.outcome;
		const messageRef = messageRefOf('1');
		const again = desk.ask('mnist train', { run: 'latest' }, tess, messageRef);
		await soon(() => expect(desk.training.status()?.run).toBe('class-1'));
		desk.training.advance(type === 'done' ? 60 : 30);
		desk.desk.stop();
		desk.training.end({ type });
		expect((await again.outcome).view.state).toBe('waiting');

		const view = await restarted(desk, messageRef);
		expect(desk.training.status()).toBeUndefined();
		expect([view.state, view.text]).toEqual(['done', expect.stringMatching(new RegExp(`^class-1 is ${type} after`))]);
	});

	const CANCELLED = 'class-1 stops after its current step; /mnist train --run class-1 resumes it.';

	test('stops when its request is cancelled, and says how to resume', async () => {
		const { views, outcome } = await start();
		desk.training.advance(20);
		expect((await desk.answer('queue', {}, tess)).text).toMatch(/: \/mnist train by you, running$/);
		const refused = await desk.answer('queue', { action: 'cancel', job: views[0].requestId });
		expect(refused.text).toMatch(/^No waiting or running request of yours/);
		const cancelled = await desk.answer('queue', { action: 'cancel', job: 'all' }, tess);
		expect([cancelled.state, cancelled.text]).toEqual(['done', CANCELLED]);
		expect(desk.training.status()).toBeUndefined();
		const { view } = await outcome;
		expect(view.state).toBe('done');
		expect(view.text).toMatch(
			/^class-1 is stopped after 20 steps.* To resume it: \/mnist train --run class-1\. Plan: class/,
		);
	});

	test('stops when cancelled during samples, and skips the samples when cancelled again', async () => {
		desk.runner.holdAt = 1;
		const { views, outcome } = await start();
		desk.training.advance(60);
		await soon(() => expect(views.at(-1)!.text).toMatch(/samples after epoch 1\. Step 1 of 4\.$/));
		expect(views.at(-1)!.buttons.map(({ label }) => label)).toEqual(['Stop']);
		const cancel = () => desk.desk.press(buttonId('cancel', views[0].requestId), tess);
		expect(await cancel()).toEqual({ type: 'whisper', text: CANCELLED });
		expect(desk.training.status()).toBeUndefined();
		expect(await cancel()).toEqual({ type: 'whisper', text: 'Cancelling.' });
		expect((await outcome).view).toMatchObject({
			state: 'cancelled',
			text: 'Cancelled. What class-1 learned is kept; /mnist runs lists it.',
		});
	});

	test('can be cancelled by its owner or staff, also when resumed', async () => {
		await desk.answer('settings', { train: 'everyone' }, tess);
		const first = await start(SHORT, ann);
		desk.training.advance(60);
		const press = (user: User) => desk.desk.press(buttonId('cancel', first.views[0].requestId), user);
		expect(await press(bob)).toEqual({ type: 'whisper', text: 'Only Ann or staff can cancel this.' });
		expect(desk.training.status()).toBeDefined();
		expect(await press(tess)).toEqual({ type: 'whisper', text: CANCELLED });
		await first.outcome;
		const again = await start({ run: 'class-1' }, ann);
		expect((await desk.answer('queue', { action: 'cancel' }, ann)).text).toBe(CANCELLED);
		expect((await again.outcome).view.text).toMatch(/^class-1 is stopped after 60 steps/);
	});

	test('can be stopped by its button, keeps what it learned, and resumes with --run', async () => {
		const { views, outcome } = await start();
		desk.training.advance(60);
		await soon(() => expect(views.at(-1)!.buttons.some(({ label }) => label === 'Stop')).toBe(true));
		const stop = views.findLast(({ buttons }) => buttons.some(({ label }) => label === 'Stop'))!;
		const pressed = expectOutcome(await desk.desk.press(button(stop, 'Stop'), tess), 'request');
		expect((await pressed.open(() => {})).text).toMatch(/^class-1 stops after its current step/);
		const { view } = await outcome;
		expect(view.text).toMatch(
			/^class-1 is stopped after 60 steps.* To resume it: \/mnist train --run class-1\. Plan: class/,
		);
		expect(names(view)).toContain('mnist-0123456789-7-epoch-1.gif');

		const again = desk.ask('mnist train', { run: 'latest' }, tess);
		await soon(() => expect(desk.training.status()?.run).toBe('class-1'));
		desk.training.advance(60);
		desk.training.end({ type: 'done' });
		expect((await again.outcome).view.text).toMatch(/^class-1 is done after 120 steps/);
	});

	test.each(['denoiser', 'time', 'class'])(
		'makes no sheet for %s when it is stopped within the first epoch, and says so',
		async (model) => {
			const { views, outcome } = await start({ ...SHORT, model });
			desk.training.advance(30);
			desk.training.end({ type: 'stopped' });
			const { view } = await outcome;
			const use = model === 'denoiser' ? 'denoise' : 'sample';
			expect(view.state).toBe('done');
			expect(view.text).toMatch(
				new RegExp(
					`^${model}-1 is stopped after 30 steps, mean loss of the last epoch 0\\.\\d+\\. Its first epoch was not finished, so there is no sheet of what it learned; to see what it makes so far: /mnist ${use} --run ${model}-1\\. To resume it:`,
				),
			);
			expect(names(view)).toEqual([
				`loss-${model}-1.png`,
				...(model === 'denoiser' ? ['mnist-noise-7-sheet.png'] : []),
			]);
			expect(views.filter(({ text }) => /after epoch/.test(text))).toEqual([]);
			expect(desk.runner.submitted.filter(({ job }) => 'epoch' in job)).toEqual([]);
			expect(desk.log.error).not.toHaveBeenCalled();
		},
	);

	test('offers only to resume when it is stopped before its first step', async () => {
		const { outcome } = await start();
		desk.training.end({ type: 'stopped' });
		const { view } = await outcome;
		expect([view.state, view.figures]).toEqual(['done', []]);
		expect(view.text).toMatch(/^class-1 is stopped after 0 steps\. Its first .* learned\. To resume it: \/mnist train/);
		expect(view.text).not.toContain('To use it');
	});

	test('has a Resume button after a stop, for those who may train, while no other training runs', async () => {
		const { outcome } = await start();
		desk.training.advance(60);
		desk.training.end({ type: 'stopped' });
		const goOn = button((await outcome).view, 'Resume');
		const press = async (user: User) => expectOutcome(await desk.desk.press(goOn, user), 'request');
		expect((await (await press(ann)).open(() => {})).text).toMatch(/^Only staff can run \/mnist train here/);
		const other = await start();
		expect((await (await press(tess)).open(() => {})).text).toMatch(/^A training is running already \(class-2\)/);
		desk.training.end({ type: 'stopped' });
		await other.outcome;

		const over = (await press(tess)).open(() => {}, messageRefOf('3'));
		await soon(() => expect(desk.training.status()?.run).toBe('class-1'));
		desk.training.advance(30);
		desk.training.end({ type: 'stopped' });
		const again = button(await over, 'Resume');
		const last = expectOutcome(await desk.desk.press(again, tess), 'request').open(() => {});
		await soon(() => expect(desk.training.status()?.run).toBe('class-1'));
		desk.training.advance(30);
		desk.training.end({ type: 'done' });
		const view = await last;
		expect(view.text).toMatch(/^class-1 is done after 120 steps/);
		expect(view.buttons.map(({ label }) => label)).not.toContain('Resume');
	});
});
