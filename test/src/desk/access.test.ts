import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../../../commands/index.ts';
import type { Command } from '../../../commands/lib/command.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { PaceStore } from '../../../src/store/paces.ts';
import { ann, bob, button, messageRefOf, type OpenDesk, openDesk, tess } from './open-desk.ts';

const train: Command = {
	name: 'drill',
	summary: 'Train something',
	example: '',
	options: {},
	trains: true,
	run: async () => ({ text: 'Trained.', figures: [] }),
};

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk({ commands: [...commands, train] });
});
afterEach(() => open.close());

const moderation = () => new ModerationStore(open.store.database);

describe('one person', () => {
	test('may have one running and three waiting requests; the next is refused with a list and how to cancel them', async () => {
		open.runner.holdAt = 1;
		const first = open.ask('generate', { prompt: 'dog 0' });
		await vi.waitFor(() => expect(first.views.at(-1)?.state).toBe('running'), { timeout: 10_000 });
		const others = [1, 2, 3].map((i) => open.ask('generate', { prompt: `dog ${i}` }));
		const { view, record, fault } = await open.ask('generate', { prompt: 'dog 4' }).outcome;
		expect(view.text).toMatch(
			/^You already have 1 running and 3 waiting \(\/generate dog 0 --seed \d+; \/generate dog 1 .*\), the most that one person may: wait for one to finish, or cancel one with its button or \/queue cancel\.$/,
		);
		expect([view.state, view.personal, record, fault]).toEqual(['failed', true, undefined, 'user']);

		const bobs = open.ask('generate', {}, bob);
		const tesses = [1, 2, 3, 4, 5].map(() => open.ask('generate', {}, tess));
		await vi.waitFor(() => expect(open.runner.submitted).toHaveLength(10), { timeout: 10_000 });
		expect(open.runner.submitted.map(({ maxRunning }) => maxRunning)).toEqual([
			...Array.from({ length: 5 }, () => 1),
			...Array.from({ length: 5 }, () => undefined),
		]);
		expect((await open.answer('queue', { action: 'cancel' })).text).toMatch(/^Cancelled: (\S+, ){3}\S+\.$/);
		open.runner.holdAt = undefined;
		await Promise.all([first, ...others, bobs, ...tesses].map(({ outcome }) => outcome));
		expect((await open.answer('generate')).state).toBe('done');
	});

	test('cannot ask or press if blocked', async () => {
		const view = await open.answer('generate');
		moderation().in('x').block(bob);
		expect(await open.answer('generate', {}, bob)).toMatchObject({
			state: 'failed',
			personal: true,
			text: 'You are currently blocked from using the bot; ask the class staff why.',
		});
		const outcome = await open.desk.press(button(view, 'Again'), bob);
		expect(outcome).toEqual({ type: 'whisper', text: expect.stringContaining('blocked from using the bot') });
		expect((await open.answer('generate', {}, ann)).state).toBe('done');
	});
});

describe('a channel with a daily limit', () => {
	const here = messageRefOf('1');
	const REFUSED =
		'You have made 2 requests in this channel in the last 24 hours, and the limit is 2; you can make the next one in';

	beforeEach(() => moderation().in('slack:C1').setSettings({ daily: 2 }));
	afterEach(() => vi.useRealTimers());

	test('refuses one person’s next request in private, but nobody else’s', async () => {
		for (const state of ['done', 'done']) expect((await open.answer('generate', {}, ann, here)).state).toBe(state);
		const refused = await open.answer('generate', {}, ann, here);
		expect(refused).toMatchObject({ state: 'failed', personal: true, text: expect.stringContaining(REFUSED) });
		expect(refused.text).toMatch(/in about 24 hours|in about a day|in 24 hours/);
		for (let i = 0; i < 3; i++) expect((await open.answer('generate', {}, tess, here)).state).toBe('done');
		expect((await open.answer('generate', {}, bob, here)).state).toBe('done');
		expect((await open.answer('generate', {}, ann, messageRefOf('2', 'slack:C2'))).state).toBe('done');
		expect((await open.answer('models', {}, ann, here)).state).toBe('done');
	});

	test('counts deleted requests but not refused ones, also after a restart, for a day', async () => {
		expect((await open.answer('generate', { steps: 'many' }, ann, here)).state).toBe('failed');
		for (let i = 0; i < 2; i++) {
			const view = await open.answer('generate', {}, ann, here);
			expect((await open.desk.press(button(view, 'Delete'), ann)).type).toBe('delete');
		}
		const restarted = open.again();
		const ask = async () =>
			(await restarted.open({ command: 'generate', options: {}, user: ann, messageRef: here })).view;
		expect((await ask()).text).toContain(REFUSED);
		vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 60 * 60 * 1000 + 1000 });
		expect((await ask()).state).toBe('done');
	});

	test.each([
		[24 * 60 - 1, '60 seconds'],
		[24 * 60 - 77.5, '78 minutes'],
		[24 * 60 - 140, '3 hours'],
	])('says after %f minutes that the wait is %s, which is never too short', async (minutes, wait) => {
		const began = Date.now();
		vi.useFakeTimers({ toFake: ['Date'], now: began });
		for (let i = 0; i < 2; i++) await open.answer('generate', {}, ann, here);
		vi.setSystemTime(began + minutes * 60_000);
		expect((await open.answer('generate', {}, ann, here)).text).toContain(`${REFUSED} ${wait}.`);
	});

	test('limits concurrent requests too', async () => {
		const all = Array.from({ length: 4 }, () => open.answer('generate', {}, ann, here));
		const states = (await Promise.all(all)).map(({ state }) => state);
		expect(states.toSorted()).toEqual(['done', 'done', 'failed', 'failed']);
	});
});

describe("staff's commands", () => {
	test.each(commands.filter(({ staffOnly }) => staffOnly).map(({ name }) => name))(
		'/%s is refused to others',
		async (name) => {
			expect((await open.answer(name)).text).toBe(`Only staff can run /${name}.`);
		},
	);

	test.each([
		['a role', { roles: ['7001001', '7001002'] }, 'done'],
		['another role', { roles: ['7001003'] }, 'failed'],
		['none', {}, 'failed'],
		['staff', { staff: true }, 'done'],
	])('a command limited to a role, asked by somebody with %s', async (_, has, state) => {
		moderation()
			.in('slack:C1')
			.setSettings({ allow: { generate: ['7001002'], drill: ['7001002'] } });
		for (const command of ['generate', 'drill']) {
			const view = await open.answer(command, {}, { ...ann, ...has }, messageRefOf('1'));
			expect(view.state).toBe(state);
			if (state === 'failed') {
				expect(view.personal).toBe(true);
				expect(view.text).toBe(
					`In this channel only people with certain roles can run /${command}; ask staff, or run it in another channel.`,
				);
			}
		}
		expect((await open.answer('generate', {}, ann, messageRefOf('2', 'slack:C2'))).state).toBe('done');
		expect(open.desk.allowedRoles()).toEqual(['7001002', '7001002']);
	});

	test('that train are open to everyone if the channel allows it', async () => {
		const [here, there] = [messageRefOf('1'), messageRefOf('2', 'slack:C2')];
		expect((await open.answer('drill', {}, ann, here)).text).toMatch(
			/^Only staff can run \/drill here; they can open it/,
		);
		expect((await open.answer('drill', {}, tess, here)).text).toBe('Trained.');
		moderation().in('slack:C1').setSettings({ train: 'everyone' });
		expect((await open.answer('drill', {}, ann, here)).text).toBe('Trained.');
		expect((await open.answer('drill', {}, ann, there)).text).toMatch(/^Only staff/);
	});
});

describe('the word list', () => {
	beforeEach(() => {
		for (const word of ['Zombie', 'blue  Dog', 'café']) moderation().in('x').addWord(word);
	});

	test.each([
		{ prompt: 'a ZOMBIE, dancing' },
		{ prompt: 'a dog', negative: 'zombie' },
		{ prompt: 'the blue, dog' },
		{ prompt: 'a CAFÉ' },
		{ prompt: 'a cafe' },
		{ prompt: 'a z.o.m\u200bbie' },
	])('forbids whole words in every text, without naming them: %j', async (options) => {
		const view = await open.answer('generate', options);
		expect(view).toMatchObject({ state: 'failed', personal: true });
		expect(view.text).toBe("This request contains a word that the class's word list forbids; rephrase it.");
		expect(open.runner.submitted).toHaveLength(0);
	});

	test.each(['zombies', 'a blue big dog', 'a cafeteria in a zombielike town', 'dog blue'])(
		'allows "%s"',
		async (prompt) => {
			expect((await open.answer('generate', { prompt })).state).toBe('done');
		},
	);

	test('says that only letters and digits of a word count', async () => {
		expect((await open.answer('words add', { word: '!!!' }, tess)).text).toMatch(/^“!!!” has no letters or digits/);
		const { text } = await open.answer('words add', { word: 'c++' }, tess);
		expect(text).toBe('“c++” is now forbidden. Only letters and digits count, so what nobody can say is “c”.');
	});

	test('does not stop staff from editing it', async () => {
		expect((await open.answer('words remove', { word: 'zombie' }, tess)).text).toBe('“zombie” is allowed again.');
		expect((await open.answer('generate', { prompt: 'a zombie' })).state).toBe('done');
	});
});

describe('the settings of a channel', () => {
	const here = messageRefOf('1');
	const set = (settings: object) => moderation().in('slack:C1').setSettings(settings);
	const lastJob = () => open.runner.submitted.at(-1)?.job;

	test('give the default model, if it is installed and of the right stage', async () => {
		set({ model: 'fake-xl' });
		const { record } = await open.ask('generate', {}, ann, here).outcome;
		expect(lastJob()).toMatchObject({ model: 'fake-xl' });
		expect(record?.options.model).toBe('fake-xl');
		await open.answer('generate', { model: 'fake-if' }, ann, here);
		expect(lastJob()).toMatchObject({ model: 'fake-if' });
		await open.answer('generate', {}, ann, messageRefOf('1', 'slack:C2'));
		expect(lastJob()).toMatchObject({ model: 'fake-if' });
		for (const model of ['gone', 'fake-upscaler']) {
			set({ model });
			await open.answer('generate', {}, ann, here);
			expect(lastJob()).toMatchObject({ model: 'fake-if' });
		}
	});

	test('ask before a long job, if somebody can answer', async () => {
		set({ askAfter: 5 });
		new PaceStore(open.store.database).add('generate', 'fake-if', 60);
		// 34 guided steps of a minute each.
		const asked = await open.ask('generate', { seed: 7 }, ann, here).outcome;
		expect(asked.view).toMatchObject({
			state: 'done',
			text: 'This takes about 68 minutes once it runs. Start it?',
			buttons: [{ label: 'Start' }],
		});
		expect(open.runner.submitted).toEqual([]);
		const pressed = await open.desk.press(button(asked.view, 'Start'), ann);
		const started = pressed.type === 'request' ? await pressed.open(() => {}, messageRefOf('2')) : undefined;
		expect(started).toMatchObject({ state: 'done', title: '/generate --seed 7' });
		expect(open.runner.submitted).toMatchObject([{ job: { seed: 7 }, expectedMs: 68 * 60_000 }]);
		expect((await open.answer('generate', { steps: 2, guidance: 1 }, ann, here)).text).not.toContain('Start it?');
		// The command line never asks.
		expect((await open.answer('generate')).text).not.toContain('Start it?');
	});

	test('limit steps, counts and tries for everyone but staff', async () => {
		set({ steps: 20, count: 2 });
		const refused: [string, Record<string, string | number>, string][] = [
			['generate', { steps: 21 }, 'steps may be at most 20 in this channel; got 21.'],
			['generate', { timesteps: 'smart100' }, 'steps may be at most 20 in this channel; got 100.'],
			['generate', { count: 3 }, 'count may be at most 2 in this channel; got 3.'],
			['anagram', { prompt: 'a', prompt2: 'b', tries: 3 }, 'tries may be at most 2 in this channel; got 3.'],
		];
		for (const [command, options, sentence] of refused) {
			expect((await open.answer(command, options, ann, here)).text).toBe(sentence);
			expect((await open.answer(command, options, tess, here)).state).toBe('done');
		}
		expect((await open.answer('generate', { steps: 20, count: 2 }, ann, here)).state).toBe('done');
	});

	test('keep requests without steps within the limit', async () => {
		set({ steps: 20 });
		await open.answer('generate', {}, ann, here);
		expect(lastJob()).toMatchObject({ steps: 20 });
		await open.answer('generate', {}, tess, here);
		expect(lastJob()).not.toHaveProperty('steps');
		set({ steps: 50 });
		await open.answer('generate', {}, ann, here);
		expect(lastJob()).not.toHaveProperty('steps');
	});

	test('hide pictures in every view', async () => {
		set({ spoiler: true });
		const { views, outcome } = open.ask('generate', {}, ann, here);
		await outcome;
		expect(views.length).toBeGreaterThan(2);
		expect(views.every(({ spoiler }) => spoiler === true)).toBe(true);
		expect((await open.answer('generate')).spoiler).toBeUndefined();
	});
});
