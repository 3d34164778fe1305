/** Staff's commands and their effects. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import { ann, bob, messageRefOf, type OpenDesk, openDesk, tess } from './open-desk.ts';

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk();
});
afterEach(() => open.close());

const here = messageRefOf('1');

/** The answer to staff. */
async function staff(command: string, options: RawOptions = {}, messageRef = here): Promise<string> {
	const view = await open.answer(command, options, tess, messageRef);
	expect(view.personal).toBe(true);
	return view.text;
}

describe('/settings', () => {
	const AT_FIRST =
		'In this channel: the default model, any number of steps, any number of pictures, pictures shown, only staff may train.';

	test('shows, changes and clears settings, leaving the others alone', async () => {
		expect(await staff('settings')).toBe(AT_FIRST);
		const changed =
			'In this channel: the model fake-xl by default, at most 50 steps, any number of pictures, pictures hidden until clicked, only staff may train.';
		expect(await staff('settings', { model: 'fake-xl', steps: 50, spoiler: 'on' })).toBe(changed);
		expect(await staff('settings')).toBe(changed);
		expect(await staff('settings', { model: 'none', count: 4, spoiler: 'off', train: 'everyone' })).toBe(
			'In this channel: the default model, at most 50 steps, at most 4 pictures at once, pictures shown, everyone may train.',
		);
		expect(await staff('settings', { 'ask-after': 5 })).toContain(
			'people asked before a job that takes more than 5 minutes, ',
		);
		expect(await staff('settings', { 'ask-after': 0 })).not.toContain('asked');
		expect(await staff('settings', { steps: 1000, count: 16 })).toContain(
			'any number of steps, any number of pictures',
		);
		const many = await open.answer('mnist sample', { digits: '5', count: 20 }, ann, here);
		expect(many.text).not.toContain('may be at most');
		expect(await staff('settings', {}, messageRefOf('1', 'slack:C2'))).toBe(AT_FIRST);
		expect(await staff('settings', { steps: 1, count: 1, daily: 1 })).toContain(
			'at most one step, at most one picture at once, at most one request per person in 24 hours',
		);
		expect(await staff('settings', { reset: 'yes' })).toBe(AT_FIRST);
	});

	test('accepts only installed models', async () => {
		expect(await staff('settings', { model: 'fake-xk' })).toBe(
			'model must be an installed one (did you mean "fake-xl"?); installed: fake-if, fake-xl, fake-upscaler.',
		);
		expect(await staff('settings')).toContain('the default model');
	});

	test('limits commands to roles', async () => {
		expect(
			await staff('settings', { allow: 'anagram=<@&7001001>, Anagram=<!subteam^S0TAS|@tas>, mnist train=staff' }),
		).toContain(', only staff may train, /anagram only for 7001001, S0TAS and staff, /mnist train only for staff.');
		const after = await staff('settings', { allow: '/anagram=everyone,hybrid=7001002' });
		expect(after).toContain(', /mnist train only for staff, /hybrid only for 7001002 and staff.');
		expect(await staff('settings', { reset: 'yes' })).toBe(AT_FIRST);
	});

	test.each([
		['anagram', /^allow must be COMMAND=ROLE, .*; got "anagram"\.$/],
		['anagram=tas', /^allow must be COMMAND=ROLE/],
		['anagrem=7001001', /^There is no command "anagrem" \(did you mean "anagram"\?\)/],
		['mnist=7001001', /^\/mnist needs a verb/],
		['block=7001001', /^\/block is for staff only/],
	])('rejects %j without changing anything', async (allow, sentence) => {
		expect(await staff('settings', { allow, steps: 3 })).toMatch(sentence);
		expect(await staff('settings')).toBe(AT_FIRST);
	});

	test('survives a restart', async () => {
		await staff('settings', { steps: 50 });
		const { view } = await open.again().open({ command: 'settings', options: {}, user: tess, messageRef: here });
		expect(view.text).toContain('at most 50 steps');
	});
});

test('/words keeps a list, in any spelling', async () => {
	expect(await staff('words list')).toBe('No words are forbidden.');
	expect(await staff('words add', { word: 'Zombie' })).toBe('“Zombie” is now forbidden.');
	expect(await staff('words add', { word: 'ZOMBIE' })).toBe('“ZOMBIE” was already forbidden.');
	expect(await staff('words add', { word: 'blue   dog' })).toBe('“blue   dog” is now forbidden.');
	expect(await staff('words list')).toBe('Forbidden: blue dog, zombie.');
	expect(await staff('words remove', { word: 'Blue Dog' })).toBe('“Blue Dog” is allowed again.');
	expect(await staff('words remove', { word: 'unicorn' })).toBe('“unicorn” is not on the word list.');
	expect(await staff('words')).toBe('/words needs a verb, one of add, remove, list: for example /words add zombie.');
});

test('/block and /unblock take somebody by mention or id', async () => {
	expect(await staff('block', { user: 'test:bob|Bob' })).toBe('Bob may no longer use the bot.');
	expect((await open.answer('generate', {}, bob)).state).toBe('failed');
	expect(await staff('block', { user: 'test:bob' })).toBe('test:bob was already blocked.');
	expect(await staff('block', { user: 'slack:T1:U2' })).toBe('slack:T1:U2 may no longer use the bot.');
	expect(await staff('unblock')).toBe('Blocked: Bob (test:bob), slack:T1:U2.');
	expect(await staff('unblock', { user: 'test:bob|Bobby' })).toBe('Bobby may use the bot again.');
	expect((await open.answer('generate', {}, bob)).state).toBe('done');
	expect(await staff('unblock', { user: 'test:bob' })).toBe('test:bob is not blocked; /unblock alone shows who is.');
	expect(await staff('block', { user: 'Bob' })).toMatch(
		/^user must be a person: a mention in chat, otherwise their id, for example discord:\d+; got "Bob"\.$/,
	);
});

test('nobody blocks themselves, who could then not take it back', async () => {
	expect(await staff('block', { user: `${tess.id}|Tess` })).toBe(
		'You cannot block yourself; name the person who may no longer use the bot.',
	);
	expect(await staff('unblock')).toBe('Nobody is blocked.');
});

test.each(['console:local', 'cli:local'])('nobody locks out the operator, %s', async (id) => {
	const refusal = `${id} is the person at the machine that runs the bot, and cannot be blocked.`;
	expect(await staff('block', { user: id })).toBe(refusal);
	new ModerationStore(open.store.database).in('test:1').block({ id, name: id });
	const operator = { id, name: 'someone', staff: true };
	expect((await open.answer('unblock', { user: id }, operator)).text).toBe(`${id} may use the bot again.`);
});

describe('/queue', () => {
	test('lists own results of the last day and shows one again', async () => {
		expect((await open.answer('queue', { action: 'mine' })).text).toBe(
			'None of your requests is waiting or running, and none has ended in the last day.',
		);
		const made = await open.answer('generate', { prompt: 'a dog', seed: 5 });
		await open.answer('generate', { prompt: 'a cat', seed: 6 }, bob);
		const listing = await open.answer('queue', { action: 'mine' });
		expect(listing.text).toBe(
			`${made.requestId}: /generate a dog --seed 5, done\nTo see one again: /queue show ${made.requestId}`,
		);
		for (const options of [{ job: made.requestId }, {}]) {
			const shown = await open.answer('queue', { action: 'show', ...options });
			expect(shown).toMatchObject({ text: made.text, figures: made.figures, buttons: [], personal: true });
		}
	});

	test('does not show others’ results', async () => {
		const { requestId } = await open.answer('generate', {}, ann);
		const refused = await open.answer('queue', { action: 'show', job: requestId }, bob);
		expect(refused.text).toBe('You have no stored result with that id; /queue mine lists the last ones.');
	});
});
