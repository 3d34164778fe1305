/** The effects of staff's settings on Discord. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OTHER, PUBLIC_THREAD, STUDENT, TEACHER } from '../../../fakes/discord/fake-discord.ts';
import { EPHEMERAL, THREAD } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	bot.runner.reset();
	bot.discord.world.channelType = 0;
});

/** The private refusal of a request. */
async function refusal(interaction: ReturnType<Bot['discord']['slash']>): Promise<string> {
	const message = await until('a private answer', () => interaction.followUps[0]);
	expect(message.flags & EPHEMERAL).toBe(EPHEMERAL);
	return message.content;
}

describe('a channel with spoilers', () => {
	test('hides pictures and previews but keeps their alt text, until it is switched off', async () => {
		await whispered(bot.discord.slash('settings', { spoiler: 'on' }, TEACHER));
		bot.runner.holdAt = 1;
		const interaction = bot.discord.slash('generate', { prompt: 'a dog', seed: 7 });
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		expect(interaction.original?.attachments).toMatchObject([{ name: 'SPOILER_preview.png', spoiler: true }]);
		bot.runner.holdAt = undefined;
		const { attachments } = await finished(interaction);
		expect(attachments).toMatchObject([{ name: 'SPOILER_generate-7.png', spoiler: true }]);
		expect(attachments[0].description).toContain('a dog');
		await whispered(bot.discord.slash('settings', { spoiler: 'off' }, TEACHER));
		const open = await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 7 }));
		expect(open.attachments).toMatchObject([{ name: 'generate-7.png', spoiler: false }]);
	});
});

test('settings are for staff', async () => {
	const { content } = await whispered(bot.discord.slash('settings', { spoiler: 'on' }));
	expect(content).toContain('Only staff can run /settings.');
});

test('a command limited to a role is refused to others in private', async () => {
	await whispered(bot.discord.slash('settings', { allow: 'generate=<@&7001001>' }, TEACHER));
	const assistant = { ...OTHER, roles: ['7001001'] };
	await finished(bot.discord.slash('generate', { prompt: 'a dog' }, assistant));
	expect(await refusal(bot.discord.slash('generate', { prompt: 'a dog' }))).toContain(
		'In this channel only people with certain roles can run /generate',
	);
	await whispered(bot.discord.slash('settings', { allow: 'generate=everyone' }, TEACHER));
	await finished(bot.discord.slash('generate', { prompt: 'a dog' }));
});

describe('in a thread', () => {
	const enterThread = () => {
		bot.discord.world.channelType = PUBLIC_THREAD;
	};
	const settings = (options: Record<string, string | number | boolean>) =>
		whispered(bot.discord.slash('settings', options, TEACHER));

	test('the channel’s settings apply, and the other way round', async () => {
		await settings({ allow: 'generate=staff' });
		enterThread();
		const here = 'In this channel only people with certain roles can run /generate';
		expect(await refusal(bot.discord.slash('generate', { prompt: 'a dog' }))).toContain(here);
		await settings({ reset: true, spoiler: 'on' });
		bot.discord.world.channelType = 0;
		const { attachments } = await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 7 }));
		expect(attachments).toMatchObject([{ name: 'SPOILER_generate-7.png' }]);
	});

	test('the daily limit counts together with the channel', async () => {
		const person = { ...OTHER, id: '400000000000000009' };
		await settings({ reset: true, daily: 2 });
		await finished(bot.discord.slash('generate', { prompt: 'a dog' }, person));
		enterThread();
		await finished(bot.discord.slash('generate', { prompt: 'a cat' }, person));
		const third = bot.discord.slash('generate', { prompt: 'a cow' }, person);
		expect(await refusal(third)).toContain('You have made 2 requests in this channel in the last 24 hours');
		await settings({ reset: true });
	});

	test('an answer is found by its message’s menu, and edited in place', async () => {
		enterThread();
		const interaction = bot.discord.slash('generate', { prompt: 'a dog', seed: 7 });
		const message = await finished(interaction);
		expect(message.thread).toBe(THREAD);
		expect((await whispered(bot.discord.menu(message, 'Show settings'))).content).toContain('prompt:a dog seed:7');
		bot.discord.world.tokensExpired = true;
		const { messageRef } = bot.store.get(bot.runner.submitted[0].id)!;
		const view = { requestId: '', state: 'done', title: '', text: 'Once more.', figures: [], buttons: [] } as const;
		await bot.platform.follow!(messageRef!, async () => ({ ...view, personal: false }));
		expect(message.content).toBe('Once more.');
		bot.discord.world.tokensExpired = false;
	});
});

test('a forbidden word is refused in private without naming it', async () => {
	await whispered(bot.discord.slash('words add', { word: 'gore' }, TEACHER));
	const said = await refusal(bot.discord.slash('generate', { prompt: 'some gore' }));
	expect(said).toContain('word list forbids');
	await whispered(bot.discord.slash('words remove', { word: 'gore' }, TEACHER));
	await finished(bot.discord.slash('generate', { prompt: 'some gore' }));
});

test('a blocked person cannot ask or press', async () => {
	const message = await finished(bot.discord.slash('generate', { prompt: 'a dog' }));
	await whispered(bot.discord.slash('block', { user: { user: OTHER } }, TEACHER));
	expect(await refusal(bot.discord.slash('generate', { prompt: 'a cat' }, OTHER))).toContain(
		'blocked from using the bot',
	);
	expect(await refusal(bot.discord.press(message, 'Again, new seed', OTHER))).toContain('blocked from using the bot');
	expect(bot.runner.submitted).toHaveLength(1);
	await whispered(bot.discord.slash('unblock', { user: { user: OTHER } }, TEACHER));
	await finished(bot.discord.slash('generate', { prompt: 'a cat' }, OTHER));
});

test('a person’s fifth request is refused, with a list of the open ones', async () => {
	bot.runner.holdAt = 1;
	const [first, ...others] = [1, 2, 3, 4].map((seed) => bot.discord.slash('generate', { prompt: 'a dog', seed }));
	await until('the first to run', () => first.original?.content.includes('Step 1'));
	for (const each of others) await until('the others to wait', () => each.original?.content.includes('Waiting'));
	expect(await refusal(bot.discord.slash('generate', { prompt: 'a dog', seed: 5 }))).toMatch(/1 running and 3 waiting/);
	bot.runner.holdAt = undefined;
	for (const each of [first, ...others]) await finished(each);
});

test('/queue show shows an own result again, in private', async () => {
	const message = await finished(bot.discord.slash('generate', { prompt: 'a skull', seed: 11 }));
	const again = await whispered(bot.discord.slash('queue', { action: 'show' }));
	expect(again.attachments).toMatchObject([{ name: 'generate-11.png' }]);
	expect(again.attachments[0].bytes).toEqual(message.attachments[0].bytes);
	const mine = await whispered(bot.discord.slash('queue', { action: 'mine' }, STUDENT));
	const [, id] = /^([\w-]{12}): \/generate prompt:a skull/m.exec(mine.content.replaceAll('\\', '')) ?? [];
	const foreign = bot.discord.slash('queue', { action: 'show', job: id }, OTHER);
	expect((await whispered(foreign)).content).toContain('You have no stored result with that id');
});
