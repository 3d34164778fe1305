import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { seedOf } from '../../../../gpu/jobs/index.ts';
import { sketch, WEB_PICTURE } from '../../../fakes/pictures.ts';
import { buttonsOf, wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { BOT_USER, CHANNEL, type FakeMessage, OTHER, STUDENT, TEACHER } from '../../../fakes/slack/world.ts';
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
	bot.world.views.length = 0;
	bot.world.responses.clear();
});

async function made(text = 'generate a photo of a dog --seed 180 --steps 3', channel?: string): Promise<FakeMessage> {
	await bot.slack.slash('/flipside', text, { channel });
	return finished(bot.world);
}

/** Starts a request that stops at its first step until `holdAt` is cleared. */
async function running(): Promise<FakeMessage> {
	bot.runner.holdAt = 1;
	await bot.slack.slash('/flipside', 'generate a dog');
	return until('progress', () => bot.world.shown().find((message) => wordsOf(message).includes('Step 1')));
}

const gone = (message: FakeMessage) => until('the message to go', () => message.deleted);

test('the value of every button is its id, which fits', async () => {
	for (const { action_id, value } of buttonsOf(await made())) {
		expect(value).toBe(action_id);
		expect(value).toMatch(/^v1:[a-z]+:[\w-]+(:\d+)?$/);
	}
});

test('a button for another view answers with a new message, because edits cannot add pictures', async () => {
	const message = await made('generate a dog --count 3');
	const [sheet] = picturesOf(bot.world, message);
	await bot.slack.press(message, '2');
	await until('a second message', () => bot.world.shown().length === 2);
	const alone = await finished(bot.world);
	expect(picturesOf(bot.world, alone)).toMatchObject([{ alt: expect.stringMatching(/seed \d+/) }]);
	expect(picturesOf(bot.world, message)).toEqual([sheet]);
	expect(sheet.file.deleted).toBe(false);
	expect(wordsOf(message)).toMatch(/\nAsked by student\.$/);
	expect(wordsOf(alone)).toMatch(/\nAsked by student\.$/);
});

test('that message names the presser, has its own settings, and is deleted alone', async () => {
	const message = await made('generate a dog --count 3');
	const [sheet] = picturesOf(bot.world, message);
	await bot.slack.press(message, '2', OTHER);
	await until('a second message', () => bot.world.shown().length === 2);
	const alone = await finished(bot.world);
	expect(wordsOf(alone)).toMatch(/\nShown this way to other; asked by student\.$/);
	expect([...message.pings, ...alone.pings]).toEqual([]);
	await bot.slack.shortcut('show_settings', bot.slack.messageJson(alone));
	expect(await whispered(bot.world, STUDENT.id)).toMatch(/^Asked by student; shown this way to other on /);
	await bot.slack.press(alone, 'Delete', OTHER);
	await gone(alone);
	expect([message.deleted, sheet.file.deleted]).toEqual([false, false]);
	await bot.slack.press(message, '3', OTHER);
	await until('a second message again', () => bot.world.shown().length === 2);
	await finished(bot.world);
});

test('a new seed makes a new message of the presser’s, in the same channel', async () => {
	const message = await made(undefined, 'C0OTHER');
	await bot.slack.press(message, 'Again, new seed', OTHER);
	await until('a second message', () => bot.world.shown().length === 2);
	const again = await finished(bot.world);
	expect(again.channel).toBe('C0OTHER');
	const [first, second] = bot.runner.submitted;
	expect(second).toMatchObject({ owner: `slack:${OTHER.id}`, job: { prompt: 'a photo of a dog' } });
	expect(seedOf(second.job)).not.toBe(seedOf(first.job));
	expect(bot.store.get(second.id)?.messageRef).toMatchObject({ channel: 'slack:C0OTHER', message: again.ts });
});

test('Upscale leads to a request, also from the result of another button', async () => {
	const message = await made();
	await bot.slack.press(message, 'Again, new seed');
	await until('a second message', () => bot.world.shown().length === 2);
	await bot.slack.press(await finished(bot.world), 'Upscale');
	await until('a third message', () => bot.world.shown().length === 3);
	await finished(bot.world, /fake-upscaler/);
	expect(bot.runner.submitted.at(-1)?.job).toMatchObject({ kind: 'upscale', prompts: ['a photo of a dog'] });
});

test('Use as input opens a form with the picture', async () => {
	const message = await made();
	await bot.slack.press(message, 'Use as input');
	const view = await until('a form', () => bot.world.views.at(-1));
	expect(view.title.text).toBe('/edit');
	const image = view.blocks.find(({ block_id }) => block_id === 'image')!;
	expect(image).toMatchObject({ optional: true, hint: { text: expect.stringContaining('generate-180.png') } });
	expect(await bot.slack.submit(view, { prompt: 'a house', start: '5' })).toEqual({});
	await finished(bot.world, /generate-180\.png as/);
	expect(bot.runner.submitted.at(-1)?.job).toMatchObject({ kind: 'edit', prompt: 'a house', starts: [5] });
});

test('Details are shown only to the presser', async () => {
	await bot.slack.press(await made(), 'Details', OTHER);
	const words = await whispered(bot.world, OTHER.id);
	expect(words).toContain('seed 180');
	expect(words).toContain('To make it again, type: /flipside generate a photo of a dog --seed 180 --steps 3');
	expect(bot.world.shown()).toHaveLength(1);
});

describe('delete', () => {
	test('by a stranger is refused in private', async () => {
		const message = await made();
		await bot.slack.press(message, 'Delete', OTHER);
		expect(await whispered(bot.world, OTHER.id)).toBe('Only student or staff can delete this.');
		expect(message.deleted).toBe(false);
	});

	test('can be undone, also in a thread', async () => {
		await bot.slack.mention(`<@${BOT_USER}> generate a dog --seed 5`, [], { thread: '1700000000.000001' });
		const message = await finished(bot.world);
		await bot.slack.press(message, 'Delete');
		expect(await whispered(bot.world, STUDENT.id)).toBe('Deleted. You can undo this for a minute.');
		await gone(message);
		const [whisper] = bot.world.shown(STUDENT.id);
		await bot.slack.press(whisper, 'Undo');
		await until('a message', () => bot.world.shown().length === 1);
		const back = await finished(bot.world, /seed 5/);
		expect(wordsOf(back)).toBe(wordsOf(message));
		expect(picturesOf(bot.world, back)).toHaveLength(1);
		expect(back.thread).toBe('1700000000.000001');
	});

	test.each([STUDENT, TEACHER])('by $name deletes the message and its files', async (user) => {
		const message = await made();
		const [{ file }] = picturesOf(bot.world, message);
		await bot.slack.press(message, 'Delete', user);
		await gone(message);
		await until('the file to go', () => file.deleted);
	});
});

describe('cancel', () => {
	test('by a stranger is refused in private, and the job goes on', async () => {
		const message = await running();
		await bot.slack.press(message, 'Cancel', OTHER);
		expect(await whispered(bot.world, OTHER.id)).toBe('Only student or staff can cancel this.');
		bot.runner.holdAt = undefined;
		expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	});

	test.each([STUDENT, TEACHER])('by $name ends a running job', async (user) => {
		const message = await running();
		await bot.slack.press(message, 'Cancel', user);
		expect(await whispered(bot.world, user.id)).toBe('Cancelling.');
		await until('the last state', () => wordsOf(message).includes('Cancelled.'));
	});
});

test('an outdated button is answered in private', async () => {
	const message = await made();
	await bot.slack.pressId(message, 'v1:again:forgotten');
	expect(await whispered(bot.world, STUDENT.id)).toMatch(/^This button is too old/);
});

describe('the menu of a message', () => {
	test.each([
		['use_as_sketch', '/edit'],
		['inpaint_this', '/inpaint'],
	])('%s opens the form of %s with the picture', async (id, title) => {
		const file = bot.world.addFile(await sketch('drawn.png'));
		const message = {
			ts: '1.1',
			user: OTHER.id,
			text: 'look',
			files: [{ id: file.id, name: file.name, mimetype: file.type }],
		};
		await bot.slack.shortcut(id, message);
		const view = await until('a form', () => bot.world.views.at(-1));
		expect(view.title.text).toBe(title);
		await bot.slack.submit(view, { prompt: 'a house', ...(title === '/inpaint' && { region: '0,0,0.5,0.5' }) });
		const answer = await finished(bot.world);
		expect(answer.channel).toBe(CHANNEL);
		expect(picturesOf(bot.world, answer)[0].alt).toContain('drawn.png');
	});

	test.each<[string, (file: string) => object]>([
		[
			'a message that is shared',
			(id) => ({ attachments: [{ is_share: true, files: [{ id, mimetype: 'image/png' }] }] }),
		],
		[
			'a block in a message that is shared',
			(id) => ({
				attachments: [{ message_blocks: [{ message: { blocks: [{ type: 'image', slack_file: { id } }] } }] }],
			}),
		],
		['a link that unfolded', () => ({ attachments: [{ from_url: 'https://a.b/c', image_url: WEB_PICTURE }] })],
		['a link with a small picture', () => ({ attachments: [{ thumb_url: WEB_PICTURE }] })],
		['a block of another app', () => ({ blocks: [{ type: 'image', image_url: WEB_PICTURE, alt_text: 'A' }] })],
		['a link', () => ({ text: `look: <${WEB_PICTURE}|nice>` })],
	])('Use as sketch uses the picture of %s', async (_, shown) => {
		const { id } = bot.world.addFile(await sketch('drawn.png'));
		await bot.slack.shortcut('use_as_sketch', { ts: '1.1', user: OTHER.id, text: '', ...shown(id) });
		const view = await until('a form', () => bot.world.views.at(-1));
		await bot.slack.submit(view, { prompt: 'a house' });
		await finished(bot.world);
		const { job } = bot.runner.submitted.at(-1)!;
		const input = await bot.desk.blobs.get((job as { image: string }).image);
		expect(await sharp(input).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 });
	});

	test('Use as sketch uses the picture of one of our answers', async () => {
		const message = await made();
		await bot.slack.shortcut('use_as_sketch', bot.slack.messageJson(message));
		const view = await until('a form', () => bot.world.views.at(-1));
		await bot.slack.submit(view, { prompt: 'a house' });
		await finished(bot.world, /generate-180\.png as/);
		expect(bot.runner.submitted.at(-1)?.job).toMatchObject({ kind: 'edit' });
	});

	test('Show settings and Run again work on our answers', async () => {
		const message = await made();
		await bot.slack.shortcut('show_settings', bot.slack.messageJson(message), { user: OTHER });
		expect(await whispered(bot.world, OTHER.id)).toContain('seed 180');
		await bot.slack.shortcut('run_again', bot.slack.messageJson(message), { user: OTHER });
		await until('a second message', () => bot.world.shown().length === 2);
		await finished(bot.world);
		expect(bot.runner.submitted.at(-1)).toMatchObject({
			owner: `slack:${OTHER.id}`,
			job: { prompt: 'a photo of a dog' },
		});
	});

	test.each([
		['use_as_sketch', 'This message has no picture as a file or as a link; choose one with a PNG or JPEG.'],
		['show_settings', "Flipside does not remember a request for this message; choose one of Flipside's answers."],
	])('%s on anything else is answered in private', async (id, sentence) => {
		await bot.slack.shortcut(id, { ts: '1.2', user: OTHER.id, text: 'hello' });
		expect(await whispered(bot.world, STUDENT.id)).toBe(sentence);
	});
});

test('no response_url is used more than once for a press', async () => {
	const message = await made();
	for (const label of ['Details', 'Details', 'Again, new seed']) await bot.slack.press(message, label, OTHER);
	await until('all', () => bot.world.responses.size === 2 && bot.world.shown().length === 2);
	await finished(bot.world);
	expect([...bot.world.responses.values()]).toEqual([1, 1]);
});
