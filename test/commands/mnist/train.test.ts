import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeskPlatform, MessageView } from '../../../src/desk/view.ts';
import type { User } from '../../../src/store/records.ts';
import { ann, button, expectOutcome, messageRefOf, type OpenDesk, openDesk, tess } from '../../src/desk/open-desk.ts';
import { begin, type Given, names, restarted, SHORT, soon } from './begin.ts';

let desk: OpenDesk;
beforeEach(async () => {
	desk = await openDesk();
	desk.runner.stepMs = 0;
});
afterEach(() => desk.close());

const start = (options?: Given, user?: User) => begin(desk, options, user);

describe('/mnist train', () => {
	test('first says in a chat what it would take, and starts when somebody presses Start', async () => {
		const asked = await desk.answer('mnist train', SHORT, tess, messageRefOf('1'));
		expect(asked).toMatchObject({ state: 'done', figures: [] });
		expect(asked.text).toMatch(
			/^This would train class, hidden size 16 \(course: 64\), batch 1000 \(course: 128\), 2 epochs \(course: 20\), that is 120 steps, .* \d+ (?:seconds|minutes?) on two free cores\. It takes \d+\.\d GB of memory\./,
		);
		expect(desk.training.status()).toBeUndefined();

		const pressed = expectOutcome(await desk.desk.press(button(asked, 'Start'), tess), 'request');
		const views: MessageView[] = [];
		const over = pressed.open((view) => views.push(view), messageRefOf('2'));
		await soon(() => expect(desk.training.status()).toBeDefined());
		desk.training.advance(120);
		desk.training.end({ type: 'done' });
		expect((await over).state).toBe('done');
		expect((await desk.training.runs())[0]).toMatchObject({
			who: 'Tess',
			plan: { batchSize: 1000, epochs: 2, seed: 7 },
		});
	});

	test('says how long it takes while the machine is this busy', async () => {
		desk.training.share = 0.25;
		const { text } = await desk.answer('mnist train', { preset: 'demo' }, tess, messageRefOf('1'));
		expect(text).toMatch(
			/: about 4 minutes on two free cores, but about 17 minutes while this machine is as busy as it is now\. It/,
		);
	});

	test('shows losses, time left, a Stop button, and digits after its epochs', async () => {
		const { views, outcome } = await start();
		desk.training.advance(30);
		await soon(() => expect(views.some(({ progress }) => progress?.done === 30)).toBe(true));
		const live = views.findLast(({ progress }) => progress?.done === 30)!;
		expect(live).toMatchObject({ state: 'running', progress: { done: 30, total: 120 } });
		expect(live.text).toMatch(/^class-1: epoch 1 of 2, step 30 of 120, loss 0\.\d+, 0\.50 s a step\.$/);
		expect(live.eta!.endsAt).toBeGreaterThan(Date.now());
		expect(names(live)).toEqual(['loss-class-1.png']);
		expect(live.buttons).toMatchObject([{ label: 'Stop', style: 'danger' }]);

		desk.training.advance(30);
		await soon(() => expect(desk.runner.submitted).toHaveLength(1));
		desk.training.advance(60);
		desk.training.end({ type: 'done' });
		const { view } = await outcome;
		expect(names(view)).toEqual([
			'loss-class-1.png',
			'mnist-0123456789-7-epoch-1.png',
			'mnist-0123456789-7-epoch-2.png',
			'mnist-0123456789-7-epoch-2.gif',
		]);
		expect(view.text).toMatch(
			/^class-1 is done after 120 steps, mean loss of the last epoch 0\.\d+\. To use it: \/mnist sample --run class-1\. Plan: class, .*seed 7\.$/,
		);
		expect(view.figures.every(({ alt }) => alt.length > 40)).toBe(true);
		const jobs = desk.runner.submitted.map(({ job }) => job);
		expect(jobs).toMatchObject([
			{ kind: 'digits', run: 'class-1', epoch: 1, guidanceScale: 5, count: 4, frames: false },
			{ kind: 'digits', run: 'class-1', epoch: 2, frames: true },
		]);
	});

	test('has a milestone with figures for each epoch shown, and repeats none after a restart', async () => {
		const messageRef = messageRefOf('1');
		const given = { ...SHORT, model: 'denoiser', now: 'yes' };
		const { views, outcome } = desk.ask('mnist train', given, tess, messageRef);
		const milestones = (of: readonly MessageView[]) =>
			of.flatMap(({ milestone }) =>
				milestone ? [[milestone.text, ...milestone.figures.map(({ filename }) => filename)]] : [],
			);
		await soon(() => expect(desk.training.status()).toBeDefined());
		await soon(() => expect(milestones(views)).toHaveLength(1));
		desk.training.advance(60);
		await soon(() => expect(milestones(views)).toHaveLength(2));
		expect(milestones(views)).toEqual([
			['denoiser-1 before the first step.', 'mnist-noise-7-sheet.png'],
			['denoiser-1 after epoch 1 of 2.', 'mnist-denoise-7-epoch-1-sheet.png'],
		]);
		desk.desk.stop();
		await desk.training.close();
		await outcome;

		const later: MessageView[] = [];
		const over = new Promise<MessageView>((resolve, reject) => {
			const follow: DeskPlatform['follow'] = async (_ref, open) => {
				open((view) => later.push(view)).then(resolve, reject);
			};
			desk.again().resume([{ name: messageRef.platform, follow }]);
		});
		await soon(() => expect(later.at(-1)?.text).toContain('making the noising sheet'));
		desk.training.advance(60);
		desk.training.end({ type: 'done' });
		expect((await over).state).toBe('done');
		expect(milestones(later).map(([text]) => text)).toEqual(['denoiser-1 after epoch 2 of 2.']);
	});

	test('shows noise, test digits after epochs, and seven sigmas for the denoiser', async () => {
		const { outcome } = await start({ ...SHORT, model: 'denoiser' });
		desk.training.advance(120);
		desk.training.end({ type: 'done' });
		expect(names((await outcome).view)).toEqual([
			'loss-denoiser-1.png',
			'mnist-noise-7-sheet.png',
			'mnist-denoise-7-epoch-1-sheet.png',
			'mnist-denoise-7-epoch-2-sheet.png',
			'mnist-denoise-7-epoch-2-seven-sigma.png',
		]);
	});

	test('resumes with its message after a restart of the bot, without starting twice', async () => {
		const messageRef = messageRefOf('1');
		const { outcome } = desk.ask('mnist train', { ...SHORT, now: 'yes' }, tess, messageRef);
		await soon(() => expect(desk.training.status()).toBeDefined());
		desk.training.advance(60);
		await soon(() => expect(desk.runner.submitted).toHaveLength(1));
		desk.desk.stop();
		await desk.training.close();
		expect((await outcome).view.text).toBe('The bot is restarting; this will continue by itself.');

		const last = restarted(desk, messageRef);
		await soon(() => expect(desk.training.status()?.run).toBe('class-1'));
		desk.training.advance(60);
		desk.training.end({ type: 'done' });
		expect((await last).text).toMatch(/^class-1 is done after 120 steps/);
		expect(await desk.training.runs()).toHaveLength(1);
	});

	test('shows pictures even if a full disk cannot store them', async () => {
		const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
		vi.spyOn(desk.results, 'put').mockRejectedValue(full);
		const { outcome } = await start();
		desk.training.advance(120);
		desk.training.end({ type: 'done' });
		expect(names((await outcome).view)).toContain('mnist-0123456789-7-epoch-2.gif');
		expect(desk.log.error).toHaveBeenCalledWith(
			expect.objectContaining({ error: full }),
			'a result could not be stored',
		);
	});

	test('goes on if a picture cannot be made', async () => {
		desk.runner.failure = { message: 'Broken.', fault: 'internal' };
		const { outcome } = await start();
		desk.training.advance(120);
		desk.training.end({ type: 'done' });
		const { view } = await outcome;
		expect(view.state).toBe('done');
		expect(names(view)).toEqual(['loss-class-1.png']);
	});

	test('shows warnings while it runs, and why it failed', async () => {
		const { views, outcome } = await start();
		desk.training.warn('The disk is full.');
		await soon(() => expect(views.at(-1)!.text).toMatch(/^class-1 is starting: .* The disk is full\.$/));
		desk.training.advance(20);
		await soon(() => expect(views.at(-1)!.text).toMatch(/^class-1: epoch 1 .* The disk is full\.$/));
		desk.training.end({ type: 'failed', message: 'train-images is damaged.', fault: 'user' });
		const { view, fault } = await outcome;
		expect([view.state, view.text, fault]).toEqual(['failed', 'train-images is damaged.', 'user']);
		const status = await desk.answer('mnist status');
		expect(status.text).toMatch(/^No training is running\. The last one: .*, loss 0\.\d+\. train-images is damaged\.$/);
	});

	test('shows a warning no longer than it holds, here and in /mnist status', async () => {
		const { views, outcome } = await start();
		desk.training.advance(20);
		desk.training.warn('No worker is ready.');
		await soon(() => expect(views.at(-1)!.text).toMatch(/ No worker is ready\.$/));
		expect((await desk.answer('mnist status')).text).toMatch(/ left\. No worker is ready\.$/);
		desk.training.warn('The training continues on gpu1.', 'No worker is ready.');
		await soon(() => expect(views.at(-1)!.text).toMatch(/^(?!.* ready).* The training continues on gpu1\.$/));
		expect((await desk.answer('mnist status')).text).toMatch(/ left\.$/);
		desk.training.end({ type: 'stopped' });
		const { view } = await outcome;
		expect(view.text).not.toMatch(/ready|continues/);
	});

	test('trains a flow, with a constant rate if no schedule is asked for', async () => {
		const { outcome } = await start({ ...SHORT, preset: 'demo-flow', schedule: 'none', epochs: 1 });
		desk.training.advance(60);
		desk.training.end({ type: 'done' });
		const { view } = await outcome;
		expect(view.text).toMatch(/^flow-class-1 is done .* Plan: flow-class, .* decay constant \(course: exponential\)/);
		expect(names(view)).toContain('mnist-0123456789-7-epoch-1.gif');
		expect(desk.runner.submitted.map(({ job }) => job)).toMatchObject([
			{ kind: 'digits', model: 'flow-class', flow: { sampler: 'euler', steps: 50 }, guidanceScale: 5, epoch: 1 },
		]);
	});

	test('shows what a denoiser of pure noise makes of it, beside the mean', async () => {
		const { outcome } = await start({ ...SHORT, model: 'denoiser', input: 'noise', epochs: 1 });
		desk.training.advance(60);
		desk.training.end({ type: 'done' });
		const { view } = await outcome;
		expect(view.text).toMatch(
			/To use it: \/mnist denoise --input noise --run denoiser-1\. Plan: denoiser on noise alone,/,
		);
		expect(names(view)).toEqual(['loss-denoiser-1.png', 'mnist-pure-noise-7-epoch-1-sheet.png']);
		expect(desk.runner.submitted.map(({ job }) => job)).toMatchObject([
			{ kind: 'digit-mean', run: 'denoiser-1', epoch: 1 },
		]);
	});

	test('shows no sheet of an epoch whose weights were not kept', async () => {
		const { outcome } = await start();
		desk.training.advance(120);
		desk.training.forget(1);
		desk.training.end({ type: 'done' });
		const { view } = await outcome;
		expect(names(view).filter((name) => name.includes('epoch-1'))).toEqual([]);
		expect(names(view)).toContain('mnist-0123456789-7-epoch-2.png');
	});

	test('runs one at a time, for staff, or for everyone if the channel allows it', async () => {
		const messageRef = messageRefOf('1', 'slack:C9');
		expect((await desk.answer('mnist train', SHORT, ann, messageRef)).text).toMatch(
			/^Only staff can run \/mnist train here/,
		);
		await desk.answer('settings', { train: 'everyone' }, tess, messageRef);
		expect((await desk.answer('mnist train', SHORT, ann, messageRef)).text).toMatch(/^This would train class/);
		const { outcome } = await start();
		const second = await desk.answer('mnist train', SHORT, tess);
		expect(second).toMatchObject({
			state: 'failed',
			text: 'A training is already running (class-1); stop it with /mnist stop, or wait for it to end.',
		});
		desk.training.end({ type: 'stopped' });
		await outcome;
	});

	test.each([
		[{ preset: 'big' }, /^preset must be one of demo, course, demo-flow, course-2025; got "big"/],
		[{ hidden: 0 }, /^hidden must be a whole number from 4 to 256/],
		[{ hidden: 100000 }, /^hidden must be a whole number from 4 to 256/],
		[{ epochs: 0 }, /^epochs must be a whole number from 1 to 100/],
		[{ epochs: 1, steps: 3 }, /^Give either epochs or steps, not both/],
		[{ 'learning-rate': 5 }, /^learning-rate must be a number from 1e-7 to 0\.1/],
		[
			{ run: 'latest', epochs: 9 },
			/^epochs would have no effect: it applies only with a new training, as run continues the way it was started\.$/,
		],
		[{ run: 'nothing' }, /^Nothing has been trained here yet; \/mnist train starts a training\.$/],
	])('rejects %j in one sentence', async (options, sentence) => {
		const view = await desk.answer('mnist train', options, tess, messageRefOf('1'));
		expect([view.state, view.text]).toEqual(['failed', expect.stringMatching(sentence)]);
		expect(desk.training.status()).toBeUndefined();
	});
});
