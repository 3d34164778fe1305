import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sketch } from '../../../fakes/pictures.ts';
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { BOT_USER, CHANNEL, OTHER, STUDENT, TEACHER } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, picturesOf, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	vi.clearAllMocks();
	bot.runner.reset();
	bot.world.messages.clear();
	bot.world.loginPage = false;
	bot.world.faults.clear();
});

const picture = async (name?: string, claims = {}) => bot.world.addFile({ ...(await sketch(name)), claims });

describe('a mention', () => {
	test('with a file and a command edits it', async () => {
		await bot.slack.mention(`<@${BOT_USER}> edit a lighthouse --start 5`, [await picture()]);
		const message = await finished(bot.world);
		expect(message.channel).toBe(CHANNEL);
		expect(picturesOf(bot.world, message)[0].alt).toContain('sketch.png');
		const [{ owner, job }] = bot.runner.submitted;
		expect({ owner, job }).toMatchObject({
			owner: `slack:${STUDENT.id}`,
			job: { prompt: 'a lighthouse', starts: [5] },
		});
	});

	test('with only a prompt edits its file, or generates without one', async () => {
		await bot.slack.mention(`<@${BOT_USER}> a lighthouse`, [await picture()]);
		await finished(bot.world);
		await bot.slack.mention(`hello <@${BOT_USER}|flipside> a photo of a dog`);
		await until('a second message', () => bot.world.shown().length === 2);
		await finished(bot.world);
		expect(bot.runner.submitted).toMatchObject([
			{ job: { kind: 'edit', prompt: 'a lighthouse' } },
			{ job: { kind: 'generate', prompt: 'hello a photo of a dog' } },
		]);
	});

	test('that begins a further line is another request, which has to be sent by itself', async () => {
		await bot.slack.mention(`<@${BOT_USER}> a dog\n<@${BOT_USER}> a cat`);
		expect(await whispered(bot.world, STUDENT.id)).toBe(
			'A message can hold only one command: send “@flipside a cat” by itself.',
		);
		await bot.slack.mention(`a photo\nof a <@${BOT_USER}> dog\n<@${BOT_USER}>`);
		await finished(bot.world);
		expect(bot.runner.submitted).toMatchObject([{ job: { kind: 'generate', prompt: 'a photo of a dog' } }]);
	});

	test('in a thread is answered in the thread', async () => {
		await bot.slack.mention(`<@${BOT_USER}> generate a dog`, [], { thread: '1700000000.000001' });
		const message = await finished(bot.world);
		expect(message.thread).toBe('1700000000.000001');
		expect(bot.store.get(bot.runner.submitted[0].id)?.messageRef).toMatchObject({ thread: '1700000000.000001' });
	});

	test('in a thread follows its channel’s settings', async () => {
		await bot.slack.slash('/flipside', 'settings --allow generate=staff', { user: TEACHER });
		await whispered(bot.world, TEACHER.id, /In this channel/);
		await bot.slack.mention(`<@${BOT_USER}> generate a dog`, [], { thread: '1700000000.000001' });
		const refusal = 'In this channel only people with certain roles can run @Flipside /generate';
		expect(await whispered(bot.world, STUDENT.id, /only people with/)).toContain(refusal);
		expect(bot.runner.submitted).toEqual([]);
		await bot.slack.slash('/flipside', 'settings --reset', { user: TEACHER });
		await whispered(bot.world, TEACHER.id, /only staff may train\.$/);
	});

	test('in a thread is answered with lines that work there, unlike slash commands', async () => {
		const thread = '1700000000.000001';
		const mention = (text: string) => bot.slack.mention(`<@${BOT_USER}> ${text}`, [], { thread });
		await mention('/generate a dog --seed 5 --steps 3');
		await bot.slack.press(await finished(bot.world), 'Details');
		const again = 'To make it again, type: @Flipside /generate a dog --seed 5 --steps 3';
		expect(await whispered(bot.world, STUDENT.id, /To make/)).toContain(again);
		await mention('/queue mine');
		expect(await whispered(bot.world, STUDENT.id, /To see/)).toMatch(/To see one again: @Flipside \/queue show \S+$/m);
		await mention('/queue show abc');
		const refusal = 'You have no stored result with that id; @Flipside /queue mine lists the last ones.';
		expect(await whispered(bot.world, STUDENT.id, /no stored result/)).toContain(refusal);
		await bot.slack.slash('/flipside', 'queue mine');
		const inChannel = /To see one again: \/flipside queue show \S+$/m;
		expect(await whispered(bot.world, STUDENT.id, inChannel)).toMatch(inChannel);
	});

	test('accepts as many pictures as the command', async () => {
		const files = [await picture('photo.png'), await picture('mask.png')];
		await bot.slack.mention(`<@${BOT_USER}> inpaint a hat`, files);
		await finished(bot.world);
		expect(bot.store.get(bot.runner.submitted[0].id)?.options).toMatchObject({
			image: { name: 'photo.png' },
			mask: { name: 'mask.png' },
			prompt: 'a hat',
		});
		await bot.slack.mention(`<@${BOT_USER}> generate a hat`, files);
		expect(await whispered(bot.world, STUDENT.id)).toMatch(/^\/flipside generate takes no picture/);
	});

	test('is answered once if it comes twice', async () => {
		const event = {
			type: 'app_mention',
			user: OTHER.id,
			channel: CHANNEL,
			ts: '5.5',
			text: `<@${BOT_USER}> generate a cat`,
		};
		await bot.slack.event(event);
		await bot.slack.event(event);
		await finished(bot.world);
		expect(bot.runner.submitted).toHaveLength(1);
	});

	test('by another bot, or without text, makes no picture', async () => {
		await bot.slack.event({
			type: 'app_mention',
			bot_id: 'B1',
			user: 'U1',
			channel: CHANNEL,
			ts: '6.6',
			text: 'generate a cat',
		});
		await bot.slack.mention(`<@${BOT_USER}>`);
		expect(await whispered(bot.world, STUDENT.id)).toContain('/flipside anagram:');
		expect(bot.runner.submitted).toEqual([]);
	});
});

describe('a direct message', () => {
	test('with a file edits it, in the same conversation', async () => {
		await bot.slack.direct('edit a lighthouse', [await picture()]);
		const message = await finished(bot.world);
		expect(message.channel).toBe(STUDENT.id.replace('U', 'D'));
		expect(bot.runner.submitted).toMatchObject([{ job: { kind: 'edit', prompt: 'a lighthouse' } }]);
	});

	test('is answered openly if it cannot be understood', async () => {
		await bot.slack.direct('generate a dog --steps many');
		const message = await finished(bot.world);
		expect(wordsOf(message)).toMatch(/^steps must be a whole number/);
	});

	test('is ignored if it was only edited, or is our own', async () => {
		const event = { type: 'message', channel_type: 'im', channel: 'D1', user: STUDENT.id, text: 'generate a dog' };
		await bot.slack.event({ ...event, ts: '7.1', subtype: 'message_changed' });
		await bot.slack.event({ ...event, ts: '7.2', user: BOT_USER, bot_id: 'B0FLIP' });
		await bot.slack.event({ ...event, ts: '7.3', channel_type: 'channel' });
		await bot.slack.direct('generate a cat');
		await finished(bot.world);
		expect(bot.runner.submitted).toMatchObject([{ job: { prompt: 'a cat' } }]);
	});
});

describe('one sentence explains a failed picture:', () => {
	const asked = async (claims: object) => {
		await bot.slack.mention(`<@${BOT_USER}> edit a lighthouse`, [await picture('sketch.png', claims)]);
		const words = await whispered(bot.world, STUDENT.id);
		expect(bot.runner.submitted).toEqual([]);
		// The message that waited for the file is removed last.
		await vi.waitFor(() => expect(bot.world.shown()).toEqual([]));
		// If the request was opened first, its line precedes the sentence.
		return words.replace(/^\/flipside edit .*\n/, '');
	};

	test('the login page instead', async () => {
		bot.world.loginPage = true;
		expect(await asked({})).toBe(
			'Slack gave the bot its login page instead of sketch.png; it needs the scope files:read and must be in the channel where the file was sent: invite it there with /invite.',
		);
	});

	test('no address, and no permission to look it up', async () => {
		bot.world.faults.set('files.info', { error: 'missing_scope', needed: 'files:read' });
		expect(await asked({ url_private: undefined })).toMatch(/^The Slack app lacks the scope files:read;/);
	});

	test('no address, and invisible to the bot', async () => {
		bot.world.faults.set('files.info', { error: 'file_not_found' });
		expect(await asked({ url_private: undefined })).toMatch(/^The bot cannot see sketch\.png; it needs/);
	});

	test('deleted', async () => {
		expect(await asked({ url_private: `${bot.slack.origin()}/files-pri/F0GONE/sketch.png` })).toBe(
			'sketch.png could not be fetched from Slack; upload it again.',
		);
	});

	test('too large, even if it claims otherwise', async () => {
		const sentence = 'sketch.png is too large; files may have at most 10 MiB.';
		expect(await asked({ size: 11 * 2 ** 20 })).toBe(sentence);
		bot.world.messages.clear();
		const liar = { name: 'sketch.png', type: 'image/png', bytes: new Uint8Array(11 * 2 ** 20), claims: { size: 10 } };
		await bot.slack.mention(`<@${BOT_USER}> edit a house`, [bot.world.addFile(liar)]);
		expect(await whispered(bot.world, STUDENT.id)).toContain(sentence);
	});

	test('not a picture by its bytes', async () => {
		const text = { name: 'fake.png', type: 'image/png', bytes: new TextEncoder().encode('hello, I am text') };
		await bot.slack.mention(`<@${BOT_USER}> edit a house`, [bot.world.addFile(text)]);
		expect(await whispered(bot.world, STUDENT.id)).toContain('fake.png is not a picture that can be read');
	});

	test('on another server, which gets neither a request nor the bot’s token', async () => {
		const fetched = vi.spyOn(globalThis, 'fetch');
		const words = await asked({ url_private: 'http://127.0.0.1:9/secret.png' });
		expect(words).toMatch(/^Something went wrong/);
		expect(fetched.mock.calls.filter(([url]) => String(url).includes('secret'))).toEqual([]);
		fetched.mockRestore();
		expect(bot.log.error).toHaveBeenCalledOnce();
	});
});
