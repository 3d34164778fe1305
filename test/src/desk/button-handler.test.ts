import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Command } from '../../../commands/lib/command.ts';
import type { Upload } from '../../../commands/lib/options.ts';
import { seedOf } from '../../../gpu/jobs/index.ts';
import { RunnerError } from '../../../gpu/queue/runner.ts';
import { buttonId } from '../../../src/desk/buttons.ts';
import type { DeskPlatform, MessageView } from '../../../src/desk/view.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { ann, bob, button, expectOutcome, messageRefOf, type OpenDesk, openDesk, pressed, tess } from './open-desk.ts';

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk();
});
afterEach(() => open.close());

describe('below a picture', () => {
	test('Same seed makes it again for whoever pressed, in their channel', async () => {
		const first = await open.answer('generate', { prompt: 'a dog' }, ann, messageRefOf('1'));
		const second = await pressed(open.desk, button(first, 'Same seed'), bob, messageRefOf('2'));
		const [a, b] = open.runner.submitted;
		expect(b).toMatchObject({ job: a.job, owner: 'test:bob' });
		expect(second.figures[0].bytes).toEqual(first.figures[0].bytes);
		expect(open.desk.requestAt(messageRefOf('2'))).toBe(second.requestId);
		expect(open.desk.requestAt(messageRefOf('3'))).toBeUndefined();
	});

	test('Use as input opens the form of /edit with the picture shown, also one of several', async () => {
		const sheet = await open.answer('generate', { count: 2, seed: 5 });
		expect(sheet.buttons.map(({ label }) => label)).not.toContain('Use as input');
		const view = await pressed(open.desk, button(sheet, '2'), bob);
		const form = expectOutcome(await open.desk.press(button(view, 'Use as input'), bob), 'form');
		const { result } = open.store.get(sheet.requestId) ?? {};
		const image = { blob: result?.images[1].blob, name: 'generate-6.png' };
		expect(form).toEqual({ type: 'form', command: 'edit', options: { image } });
		const edited = await open.answer('edit', { ...form.options, start: '5' });
		expect(edited.state).toBe('done');
	});

	test('Edit settings opens the form of the same command, filled with the request’s options', async () => {
		const view = await open.answer('generate', { prompt: 'a dog', count: 2, seed: 5, steps: '3' });
		const form = expectOutcome(await open.desk.press(button(view, 'Edit settings'), bob), 'form');
		expect(form).toEqual({
			type: 'form',
			command: 'generate',
			options: { prompt: 'a dog', count: 2, seed: 5, steps: '3' },
		});
	});

	test('Vary makes four variations of the picture shown, starting in the middle and with other seeds', async () => {
		const sheet = await open.answer('generate', { prompt: 'a dog', negative: 'fog', count: 2, seed: 5, steps: 20 });
		expect(sheet.buttons.map(({ label }) => label)).not.toContain('Vary');
		const alone = await pressed(open.desk, button(sheet, '2'), bob);
		const varied = await pressed(open.desk, button(alone, 'Vary'), bob);
		expect(varied).toMatchObject({ state: 'done', asker: { name: 'Bob' } });
		const [first, second] = open.runner.submitted;
		const { result } = open.store.get(sheet.requestId) ?? {};
		expect(second).toMatchObject({
			owner: 'test:bob',
			job: {
				kind: 'edit',
				image: result?.images[1].blob,
				prompt: 'a dog',
				negativePrompt: 'fog',
				starts: [10],
				count: 4,
				steps: 20,
				sampler: 'ddpm',
				model: first.job.model,
			},
		});
		expect(seedOf(second.job)).not.toBe(6);
		const { images = [] } = open.store.get(varied.requestId)?.result ?? {};
		expect(new Set(images.slice(0, 4).map(({ seed }) => seed)).size).toBe(4);
		const labels = varied.buttons.slice(0, 4).map(({ label }) => label);
		expect(labels).toEqual(images.slice(0, 4).map(({ seed }) => `seed ${seed}`));
	});

	test.each([
		['whoever pressed', bob, 2],
		['staff, whom nothing limits', tess, 4],
	])('Vary makes no more than the channel allows %s', async (_, user, count) => {
		const view = await open.answer('generate', { prompt: 'a dog' });
		new ModerationStore(open.store.database).in('slack:C1').setSettings({ count: 2 });
		const varied = await pressed(open.desk, button(view, 'Vary'), user, messageRefOf('1', 'slack:C1'));
		expect(varied).toMatchObject({ state: 'done' });
		expect(open.runner.submitted.at(-1)?.job).toMatchObject({ kind: 'edit', count });
	});

	test('a picture seen through a view is used as it is shown', async () => {
		const upright = await open.answer('anagram', { prompt: 'a', prompt2: 'b', seed: 5 });
		const first = expectOutcome(await open.desk.press(button(upright, 'Use as input'), bob), 'form');
		const view = await pressed(open.desk, button(upright, 'Flip'), bob);
		const used = expectOutcome(await open.desk.press(button(view, 'Use as input'), bob), 'form');
		expect(used.options.image).toMatchObject({ name: 'anagram-5-flip.png' });
		expect(used.options.image).not.toMatchObject({ blob: (first.options.image as Upload).blob });
		await pressed(open.desk, button(view, 'Vary'), bob);
		expect(open.runner.submitted.at(-1)?.job).toMatchObject({ kind: 'edit', prompt: 'b' });
	});

	test('Details gives the settings, the time, and the line to type, with pictures', async () => {
		const view = await open.answer('generate', { prompt: 'a dog', seed: 5, steps: 3 });
		const edit = expectOutcome(await open.desk.press(button(view, 'Use as input'), ann), 'form');
		const edited = await open.answer('edit', { ...edit.options, start: '1', seed: 7, steps: 3 });
		const { text } = expectOutcome(await open.desk.press(button(edited, 'Details'), bob), 'whisper');
		expect(text.split('\n')).toEqual([
			expect.stringMatching(/^Asked by Ann on \d+ \w+ \d{4}, \d\d:\d\d UTC, made in [\d.]+ seconds?\.$/),
			'Settings: seed 7, 3 steps, guidance 7, sampler course, model fake-if.',
			'Pictures to attach: generate-5.png.',
			'To make it again, type: /edit generate-5.png --start 1 --seed 7 --steps 3',
		]);
	});

	test('Details gives the scores of several tries, which a caption leaves out', async () => {
		const view = await open.answer('anagram', { prompt: 'a', prompt2: 'b', seed: 5, tries: 2 });
		const scores = 'Scores by the model itself: seed 5, score 100 %; seed 6, score 50 %.';
		expect(view.text).toContain(scores);
		expect(view.caption).toBe('An anagram: upright “a”, through the view flip “b”. The best of 2 tries: seed 5.');
		const { text } = expectOutcome(await open.desk.press(button(view, 'Details'), bob), 'whisper');
		expect(text.split('\n')).toContain(scores);
	});

	test('a number and Flip answer beside the message, with their own ids', async () => {
		const sheet = await open.answer('generate', { count: 2, seed: 5 }, ann, messageRefOf('1'));
		const alone = await pressed(open.desk, button(sheet, '2'), bob, messageRefOf('2'));
		expect(alone).toMatchObject({ asker: { id: 'test:bob', name: 'Bob' }, madeFor: { id: 'test:ann', name: 'Ann' } });
		expect(alone.requestId).not.toBe(sheet.requestId);
		expect(open.desk.requestAt(messageRefOf('1'))).toBe(sheet.requestId);
		expect(open.desk.requestAt(messageRefOf('2'))).toBe(alone.requestId);
		const { text } = expectOutcome(await open.desk.press(button(alone, 'Details'), tess), 'whisper');
		expect(text).toMatch(/^Asked by Ann; shown this way to Bob on \d/);
		const again = await pressed(open.desk, button(alone, 'All'), tess);
		expect(again).toMatchObject({ asker: { name: 'Tess' }, madeFor: { name: 'Ann' } });
		expect((await open.answer('queue', { action: 'mine' }, bob)).text).toMatch(/^None of your requests/);
		expect(open.runner.submitted).toHaveLength(1);
	});

	test('all buttons work after a restart', async () => {
		const sheet = await open.answer('generate', { count: 2, seed: 5 });
		const desk = open.again();
		const view = await pressed(desk, button(sheet, '2'), bob);
		expect(view.figures[0].filename).toBe('generate-6.png');
		expectOutcome(await desk.press(button(view, 'Upscale'), bob), 'request');
		expectOutcome(await desk.press(button(view, 'Details'), bob), 'whisper');
		expectOutcome(await desk.press(button(view, 'Use as input'), bob), 'form');
		expect(await desk.press(button(sheet, 'Delete'), bob)).toMatchObject({
			text: 'Only Ann or staff can delete this.',
		});
		expectOutcome(await desk.press(button(sheet, 'Delete'), ann), 'delete');
	});
});

describe('a report', () => {
	const platform = (report?: DeskPlatform['report']): DeskPlatform => ({
		name: 'slack',
		report,
	});

	/** The outcome once the question is answered. */
	async function report(view: MessageView) {
		const asked = expectOutcome(await open.desk.press(button(view, 'Report'), bob), 'whisper');
		expect(asked.text).toMatch(/^Should the class staff look at this picture\?/);
		return expectOutcome(await open.desk.press(asked.buttons?.[0].id ?? '', bob), 'whisper');
	}

	test('is stored only after the question is answered', async () => {
		const view = await open.answer('generate');
		expectOutcome(await open.desk.press(button(view, 'Report'), bob), 'whisper');
		expect((await open.answer('reports', {}, tess)).text).not.toContain('Bob');
	});

	test('names the person who had the picture made, not the one who saw it', async () => {
		const sheet = await open.answer('generate', { count: 2, seed: 5 });
		await report(await pressed(open.desk, button(sheet, '2'), tess));
		expect((await open.answer('reports', {}, tess)).text).toContain('Bob on Ann');
	});

	test('is stored for staff, and passed on to the platform of the picture', async () => {
		const passOn = vi.fn(async () => {});
		open.desk.resume([{ ...platform(), name: 'discord' }, platform(passOn)]);
		const view = await open.answer('generate', { prompt: 'a dog', seed: 5 }, ann, messageRefOf('1'));
		const { text } = await report(view);
		expect(text).toBe('Thank you. The class staff can see your report.');
		const line = '/generate a dog --seed 5';
		const again = await report(view);
		expect(again.text).toBe('You have already reported this.');
		expect(passOn).toHaveBeenCalledExactlyOnceWith(`Bob reported a picture of Ann: ${line}`, messageRefOf('1'));
		expect((await open.answer('reports', {}, tess)).text).toMatch(
			/^\d{4}-\d\d-\d\d, Bob on Ann: \/generate a dog --seed 5$/,
		);
	});

	test('is stored even if it cannot be passed on', async () => {
		open.desk.resume([platform(() => Promise.reject(new Error('no such channel')))]);
		await report(await open.answer('generate', {}, ann, messageRefOf('1')));
		await vi.waitFor(() => expect(open.log.error).toHaveBeenCalledOnce(), { timeout: 10_000 });
		expect((await open.answer('reports', {}, tess)).text).toContain('Bob on Ann');
	});
});

test.each(['use:9', 'show:9', 'flip:0'])('a press with a made-up index or action is answered: %s', async (made) => {
	const view = await open.answer('generate');
	const [action, index] = made.split(':');
	expectOutcome(await open.desk.press(buttonId(action, view.requestId, Number(index)), ann), 'whisper');
});

test('a request without a result has nothing to use', async () => {
	open.runner.failure = { message: 'Out of memory.', fault: 'user' };
	const view = await open.answer('generate');
	expect(view.buttons).toEqual([]);
	const outcome = await open.desk.press(buttonId('use', view.requestId, 0), ann);
	expect(outcome).toEqual({ type: 'whisper', text: 'This button does not work on this message.' });
});

test('a button can lead on from an answer without a result', async () => {
	const confirm: Command = {
		name: 'confirm',
		summary: 'Asks first',
		example: '',
		options: {
			sure: { kind: 'flag', summary: 'Do it' },
			word: { kind: 'text', maxLength: 9, summary: 'W', example: 'w' },
		},
		run: async ({ sure }, { request }) => ({
			text: sure ? `Done in ${request}.` : 'Are you sure?',
			figures: [],
			buttons: sure ? [] : [{ action: 'yes', label: 'Start' }],
		}),
		followUps: { yes: (options) => ({ command: 'confirm', options: { ...options, sure: 'yes' } }) },
	};
	await open.close();
	open = await openDesk({ commands: [confirm] });
	const { desk } = open;
	const { view } = await desk.open({ command: 'confirm', options: { word: 'now' }, user: ann });
	expect(view.buttons.map(({ label }) => label)).toEqual(['Start']);
	const done = await pressed(desk, button(view, 'Start'), bob);
	expect(done).toMatchObject({ title: '/confirm --sure --word now', text: `Done in ${done.requestId}.`, buttons: [] });
});

test('Cancel between two jobs ends the request', async () => {
	let isBetween = false;
	let goOn = () => {};
	const between = new Promise<void>((resolve) => {
		goOn = resolve;
	});
	const generate = open.desk.commands.find(({ name }) => name === 'generate') as Command;
	const twice: Command = {
		...generate,
		async run(values, context) {
			await generate.run(values, context);
			isBetween = true;
			await between;
			return generate.run(values, context);
		},
	};
	await open.close();
	open = await openDesk({ commands: [twice] });
	const { views, outcome } = open.ask('generate', { prompt: 'a dog' });
	await vi.waitFor(() => expect(isBetween).toBe(true), { timeout: 10_000 });
	const cancel = button(views.at(-1) as (typeof views)[number], 'Cancel');
	expect(await open.desk.press(cancel, bob)).toMatchObject({ text: 'Only Ann or staff can cancel this.' });
	expect(await open.desk.press(cancel, ann)).toMatchObject({ text: 'Cancelling.' });
	goOn();
	expect((await outcome).view).toMatchObject({ state: 'cancelled', text: 'Cancelled.', figures: [] });
	expect(open.runner.submitted).toHaveLength(1);
	expect(await open.desk.press(cancel, ann)).toMatchObject({ text: 'This is no longer waiting or running.' });
});

test('Cancel says why nothing can be cancelled now', async () => {
	open.runner.holdAt = 1;
	const { views, outcome } = open.ask('generate');
	await vi.waitFor(() => expect(views.at(-1)?.state).toBe('running'), { timeout: 10_000 });
	const cancel = button(views.at(-1) as (typeof views)[number], 'Cancel');
	vi.spyOn(open.runner, 'cancel').mockRejectedValueOnce(new RunnerError('The workers cannot be reached.'));
	expect(await open.desk.press(cancel, ann)).toEqual({ type: 'whisper', text: 'The workers cannot be reached.' });
	expect(await open.desk.press(cancel, ann)).toMatchObject({ text: 'Cancelling.' });
	expect((await outcome).view.state).toBe('cancelled');
});
