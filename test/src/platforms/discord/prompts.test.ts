import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parsePromptEmbeddings } from '../../../../gpu/models/embeddings/dictionary.ts';
import { ModerationStore } from '../../../../src/store/moderation.ts';
import { OTHER, STUDENT } from '../../../fakes/discord/fake-discord.ts';
import { CHANNEL, EPHEMERAL } from '../../../fakes/discord/world.ts';
import { pth } from '../../../fakes/embeddings.ts';
import { FAKE_MODELS } from '../../../fakes/fake-runner.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => bot.runner.reset());

test('/prompts keeps an attached file for its sender, privately', async () => {
	const added = await whispered(bot.discord.slash('prompts', { action: 'add', file: pth(['', 'a dog']) }));
	expect(added.content).toBe('own.pth is kept, with 2 prompts: a dog. Only your requests use it.');
	expect((await whispered(bot.discord.slash('prompts'))).content).toMatch(/Your files:\nown\.pth: a dog$/);
	expect((await whispered(bot.discord.slash('prompts', {}, OTHER))).content).not.toContain('own.pth');
	const removed = await whispered(bot.discord.slash('prompts', { action: 'remove', which: 'own.pth' }));
	expect(removed.content).toMatch(/^own\.pth is deleted\./);
});

test('/prompts rejects other attachments', async () => {
	const text = { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('I am a text.') };
	const refused = await whispered(bot.discord.slash('prompts', { action: 'add', file: text }));
	expect(refused.content).toMatch(/notes\.txt is not a file of prompt embeddings; send a \.pth/);
});

test('/prompts export answers with the file in private', async () => {
	const answer = await finished(bot.discord.slash('prompts', { action: 'export', which: 'a red fox' }));
	expect(answer.flags & EPHEMERAL).toBe(EPHEMERAL);
	expect(answer.content).toContain('prompts.pth has one prompt and the empty one');
	expect(answer.attachments.map(({ name }) => name)).toEqual(['prompts.pth']);
	const { prompts } = parsePromptEmbeddings(Buffer.from(answer.attachments[0].bytes), 'it');
	expect(prompts).toEqual(['', 'a red fox']);
});

describe('a typed prompt', () => {
	const offered = async (option: string, typed: string, others?: Record<string, string>, user = OTHER) => {
		const interaction = bot.discord.type('generate', option, typed, others, user);
		const { data } = await until('choices', () => interaction.callback);
		return data?.choices?.map(({ value }) => value);
	};

	test('is completed with the course’s prompts if the model reads any', async () => {
		expect(await offered('prompt', 'skull')).toEqual(['a lithograph of a skull']);
		expect(await offered('negative', '')).toEqual([]);
	});

	test('is completed with the prompts of the chosen model and of own files', async () => {
		const [first, second] = FAKE_MODELS;
		bot.runner.usable = [
			{ ...first, knownPrompts: ['', 'a red fox', 'a hat'] },
			{ ...second, knownPrompts: [] },
		];
		await whispered(bot.discord.slash('prompts', { action: 'add', file: pth(['', 'my fox']) }));
		expect(await offered('prompt', 'fox', {}, STUDENT)).toEqual(['my fox', 'a red fox']);
		expect(await offered('prompt', 'fox')).toEqual(['a red fox']);
		expect(await offered('negative', 'h')).toEqual(['a hat']);
		expect(await offered('prompt', '', { model: second.name })).toEqual([]);
		expect(await offered('prompt', '', { model: second.name }, STUDENT)).toEqual(['my fox']);
		new ModerationStore(bot.store.database).in(`discord:${CHANNEL}`).setSettings({ model: second.name });
		expect(await offered('prompt', '')).toEqual([]);
	});
});
