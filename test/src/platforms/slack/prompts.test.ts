import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parsePromptEmbeddings } from '../../../../gpu/models/embeddings/dictionary.ts';
import { pth } from '../../../fakes/embeddings.ts';
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { BOT_USER, STUDENT } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	bot.runner.reset();
	bot.world.messages.clear();
});

test.each(['prompts add', ''])('a message “%s” with a file of embeddings keeps it', async (words) => {
	await bot.slack.mention(`<@${BOT_USER}> ${words}`, [bot.world.addFile(pth(['', 'a dog']))]);
	expect(await whispered(bot.world, STUDENT.id, /kept/)).toBe(
		'own.pth is kept, with 2 prompts: a dog. Only your requests use it.',
	);
	await bot.slack.slash('/flipside', 'prompts');
	expect(await whispered(bot.world, STUDENT.id, /reads any/)).toMatch(/Your files:\nown\.pth: a dog$/);
	await bot.slack.slash('/flipside', 'prompts remove own.pth');
	expect(await whispered(bot.world, STUDENT.id, /deleted/)).toMatch(/^own\.pth is deleted\./);
});

test('export sends the file as a direct message, because ephemeral messages cannot have files', async () => {
	await bot.slack.slash('/flipside', 'prompts export a red fox');
	const file = await until('the file', () =>
		[...bot.world.files.values()].find(({ name, channel }) => name === 'prompts.pth' && channel),
	);
	const { prompts } = parsePromptEmbeddings(Buffer.from(file.bytes), 'it');
	expect(prompts).toEqual(['', 'a red fox']);
	const [message] = bot.world.shown();
	expect(message).toMatchObject({ channel: file.channel, ts: file.thread });
	expect(wordsOf(message)).toContain('(In the thread: prompts.pth.)');
});
