import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHANNEL } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

let bot: Bot;
beforeEach(async () => {
	bot = await startBot();
});
afterEach(() => bot.stop());

const logged = (level: 'error' | 'warn') => bot.log[level].mock.calls.map(([, message]) => message);

describe('a late acknowledgement', () => {
	const TOO_LATE = 'an interaction could not be acknowledged in time';
	const posted = () => [...bot.discord.world.messages.values()].filter(({ author }) => !author);

	test('loses no request: it is answered in the channel with the bot’s own token', async () => {
		bot.discord.world.ackMs = -1;
		bot.runner.holdAt = 1;
		bot.discord.slash('generate', { prompt: 'a dog', seed: 7 });
		const message = await until('a message', () => posted().find(({ content }) => content.includes('Step 1')));
		expect(message.versions[0].content).toBe('The bot was slow to answer, but the request has arrived.');
		expect(bot.store.open()).toEqual([
			expect.objectContaining({ messageRef: expect.objectContaining({ message: message.id }) }),
		]);
		bot.runner.holdAt = undefined;
		await until('the picture', () => message.attachments[0]?.name === 'generate-7.png');
		expect(message.versions.every(({ by }) => by === 'bot token')).toBe(true);
		expect(message.content).toContain('-# Asked by Student.');
		expect(message.pinged).toEqual([]);
		expect(logged('warn')).toEqual([TOO_LATE]);
		expect(logged('error')).toEqual([]);

		bot.discord.world.ackMs = 3000;
		const details = bot.discord.press(message, 'Details');
		await until('the details', () => details.followUps[0]?.content.includes('seed 7'));
	});

	test('also refuses in the channel', async () => {
		bot.discord.world.ackMs = -1;
		bot.discord.slash('generate', { prompt: 'a dog', timesteps: 'nonsense' });
		const message = await until('a message', () => posted().find(({ content }) => content.includes('nonsense')));
		expect(message.deleted).toBe(false);
		expect(bot.runner.submitted).toEqual([]);
		expect(logged('error')).toEqual([]);
	});

	test('names the asker if their picture is refused', async () => {
		bot.discord.world.ackMs = -1;
		const image = { name: 'notes.png', type: 'image/png', bytes: new TextEncoder().encode('no picture') };
		bot.discord.slash('noise', { image });
		const message = await until('a message', () => posted().find(({ versions }) => versions.length > 1));
		expect(message.content).toMatch(/\nnotes\.png is not a picture.*\n-# Asked by Student\.$/);
		expect(message.pinged).toEqual([]);
	});

	test('keeps the result for /queue show if the bot may not write', async () => {
		Object.assign(bot.discord.world, { ackMs: -1, botInChannel: false });
		bot.discord.slash('generate', { prompt: 'a dog', seed: 7 });
		await until('the job to end', () => bot.runner.submitted.length === 1 && bot.store.open().length === 0);
		expect(posted()).toEqual([]);
		bot.discord.world.ackMs = 3000;
		const shown = await finished(bot.discord.slash('queue', { action: 'show' }));
		expect(shown.attachments[0]?.name).toBe('generate-7.png');
		expect(logged('error')).toEqual([]);
	});

	test('of a personal question is only logged', async () => {
		bot.discord.world.ackMs = -1;
		bot.discord.slash('models');
		await until('the log', () => logged('warn').length > 0);
		expect(logged('warn')).toEqual([TOO_LATE]);
		expect(posted()).toEqual([]);
		expect(logged('error')).toEqual([]);
	});

	test('does not affect a press: Delete deletes, and Same seed answers in the channel', async () => {
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 7 }));
		bot.discord.world.ackMs = -1;
		bot.discord.press(message, 'Same seed');
		const again = await until('another message', () =>
			posted().find(({ id, attachments }) => id !== message.id && attachments.length),
		);
		await until('the picture', () => again.attachments[0].name === 'generate-7.png');
		expect(again.versions[0].by).toBe('bot token');
		bot.discord.press(message, 'Delete');
		await until('the message to go', () => message.deleted);
		bot.discord.press(again, 'Details');
		await until('the log', () => logged('warn').length === 3);
		expect(logged('warn')).toEqual([TOO_LATE, TOO_LATE, TOO_LATE]);
		expect(logged('error')).toEqual([]);
	});
});

describe.each(['gateway error', 'cut off'] as const)('an acknowledgement whose response is lost (%s)', (how) => {
	const loseOne = () => {
		bot.discord.world.lost = { path: '/callback', left: 1, how };
	};

	test('still counts: the request is answered there, once', async () => {
		loseOne();
		const interaction = bot.discord.slash('generate', { prompt: 'a dog', seed: 7 });
		const message = await finished(interaction);
		expect(bot.discord.world.lost.left).toBe(0);
		expect(message).toBe(interaction.original);
		expect(message.attachments[0]?.name).toBe('generate-7.png');
		expect(bot.runner.submitted).toHaveLength(1);
		expect(bot.store.at({ platform: 'discord', channel: `discord:${CHANNEL}`, message: message.id })?.state).toBe(
			'done',
		);
		expect([logged('warn'), logged('error')]).toEqual([[], []]);
	});

	test('still allows a private answer and a press', async () => {
		loseOne();
		const models = bot.discord.slash('models');
		expect((await whispered(models)).content).toContain('fake-if');
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 7 }));
		loseOne();
		const again = await finished(bot.discord.press(message, 'Same seed'));
		expect(again.attachments[0]?.name).toBe('generate-7.png');
		expect([logged('warn'), logged('error')]).toEqual([[], []]);
	});
});

test('an interaction acknowledged by another process with the same token is left to it', async () => {
	const interaction = bot.discord.slash('generate', { prompt: 'a dog' });
	interaction.callback = { type: 5 };
	await until('the log', () => logged('warn').length > 0);
	expect(logged('warn')).toEqual(['an interaction could not be acknowledged in time']);
	expect(bot.runner.submitted).toEqual([]);
});
