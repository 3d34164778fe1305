import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Command } from '../../../commands/lib/command.ts';
import { RunnerError } from '../../../gpu/queue/runner.ts';
import { buttonId } from '../../../src/desk/buttons.ts';
import type { DeskPlatform } from '../../../src/desk/view.ts';
import { ann, bob, button, expectOutcome, messageRefOf, type OpenDesk, openDesk, tess } from './open-desk.ts';

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk();
});
afterEach(() => open.close());

const isStored = (blob: string) =>
	open.blobs.get(blob).then(
		() => true,
		() => false,
	);

describe('below a picture', () => {
	test('Same seed makes it again, for whoever pressed, where they are', async () => {
		const first = await open.answer('generate', { prompt: 'a dog' }, ann, messageRefOf('1'));
		const pressed = expectOutcome(await open.desk.press(button(first, 'Same seed'), bob), 'request');
		const second = await pressed.open(() => {}, messageRefOf('2'));
		const [a, b] = open.runner.submitted;
		expect(b).toMatchObject({ job: a.job, owner: 'test:bob' });
		expect(second.figures[0].bytes).toEqual(first.figures[0].bytes);
		expect(open.desk.requestAt(messageRefOf('2'))).toBe(second.requestId);
		expect(open.desk.requestAt(messageRefOf('3'))).toBeUndefined();
	});

	test('Use as input opens the form of an edit with the picture shown, also one out of several', async () => {
		const sheet = await open.answer('generate', { count: 2, seed: 5 });
		expect(sheet.buttons.map(({ label }) => label)).not.toContain('Use as input');
		const { view } = expectOutcome(await open.desk.press(button(sheet, '2'), bob), 'replace');
		const form = expectOutcome(await open.desk.press(button(view, 'Use as input'), bob), 'form');
		const { result } = open.store.get(sheet.requestId) ?? {};
		const image = { blob: result?.images[1].blob, name: 'generate-6.png' };
		expect(form).toEqual({ type: 'form', command: 'edit', options: { image } });
		const edited = await open.answer('edit', { ...form.options, start: '5' });
		expect(edited.state).toBe('done');
	});

	test('a picture through a view is none to start from', async () => {
		const upright = await open.answer('anagram', { prompt: 'a', prompt2: 'b' });
		button(upright, 'Use as input');
		const { view } = expectOutcome(await open.desk.press(button(upright, 'Flip'), bob), 'replace');
		expect(view.buttons.map(({ label }) => label)).not.toContain('Use as input');
	});

	test('Details tells the settings, the time, and what to type, pictures included', async () => {
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

	test('Delete forgets its pictures too, but for those that others need', async () => {
		const view = await open.answer('generate', { seed: 5 });
		const [{ blob }] = open.store.get(view.requestId)?.result?.images ?? [];
		const shown = open.store.get(view.requestId)?.answer?.figures[0].bytes as string;
		const edited = await open.answer('edit', { image: { blob, name: 'a.png' }, start: '5', seed: 9 });
		expectOutcome(await open.desk.press(button(view, 'Delete'), tess), 'delete');
		expect([await isStored(blob), await isStored(shown)]).toEqual([true, false]);
		expectOutcome(await open.desk.press(button(edited, 'Delete'), ann), 'delete');
		expect(await isStored(blob)).toBe(false);
	});

	test('everything works after a restart as well', async () => {
		const sheet = await open.answer('generate', { count: 2, seed: 5 });
		const desk = open.again();
		const { view } = expectOutcome(await desk.press(button(sheet, '2'), bob), 'replace');
		expect(view.figures[0].filename).toBe('generate-6.png');
		expectOutcome(await desk.press(button(view, 'Upscale'), bob), 'request');
		expectOutcome(await desk.press(button(view, 'Details'), bob), 'whisper');
		expectOutcome(await desk.press(button(view, 'Use as input'), bob), 'form');
		expect(await desk.press(button(view, 'Delete'), bob)).toMatchObject({ text: 'Only Ann or staff can delete this.' });
		expectOutcome(await desk.press(button(view, 'Delete'), ann), 'delete');
	});
});

describe('a report', () => {
	const platform = (report?: DeskPlatform['report']): DeskPlatform => ({
		name: 'slack',
		report,
	});

	test('is stored for staff, and passed on to the platform of the picture', async () => {
		const report = vi.fn(async () => {});
		open.desk.resume([{ ...platform(), name: 'discord' }, platform(report)]);
		const view = await open.answer('generate', { prompt: 'a dog', seed: 5 }, ann, messageRefOf('1'));
		const { text } = expectOutcome(await open.desk.press(button(view, 'Report'), bob), 'whisper');
		expect(text).toBe('Thank you: the staff of the class can see your report.');
		const line = '/generate a dog --seed 5';
		const again = expectOutcome(await open.desk.press(button(view, 'Report'), bob), 'whisper');
		expect(again.text).toBe('You have reported this already.');
		expect(report).toHaveBeenCalledExactlyOnceWith(`Bob reported a picture of Ann: ${line}`, messageRefOf('1'));
		expect((await open.answer('reports', {}, tess)).text).toMatch(
			/^\d{4}-\d\d-\d\d, Bob on Ann: \/generate a dog --seed 5$/,
		);
	});

	test('is stored also when it cannot be passed on', async () => {
		open.desk.resume([platform(() => Promise.reject(new Error('no such channel')))]);
		const view = await open.answer('generate', {}, ann, messageRefOf('1'));
		expectOutcome(await open.desk.press(button(view, 'Report'), bob), 'whisper');
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

test('a button may lead on from an answer without any result', async () => {
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
	const pressed = expectOutcome(await desk.press(button(view, 'Start'), bob), 'request');
	const done = await pressed.open(() => {});
	expect(done).toMatchObject({ title: '/confirm --sure --word now', text: `Done in ${done.requestId}.`, buttons: [] });
});

test('Cancel between two jobs of a request ends the request', async () => {
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

test('Cancel tells why nothing can be cancelled at present', async () => {
	open.runner.holdAt = 1;
	const { views, outcome } = open.ask('generate');
	await vi.waitFor(() => expect(views.at(-1)?.state).toBe('running'), { timeout: 10_000 });
	const cancel = button(views.at(-1) as (typeof views)[number], 'Cancel');
	vi.spyOn(open.runner, 'cancel').mockRejectedValueOnce(new RunnerError('The workers cannot be reached.'));
	expect(await open.desk.press(cancel, ann)).toEqual({ type: 'whisper', text: 'The workers cannot be reached.' });
	expect(await open.desk.press(cancel, ann)).toMatchObject({ text: 'Cancelling.' });
	expect((await outcome).view.state).toBe('cancelled');
});
