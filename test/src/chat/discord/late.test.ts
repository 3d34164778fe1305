import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../../fakes/discord/fake-discord.ts';
import { type Bot, finished, startBot } from './bot.ts';

let bot: Bot;
beforeEach(async () => {
	bot = await startBot();
});
afterEach(() => bot.stop());

const logged = (level: 'error' | 'warn') => bot.log[level].mock.calls.map(([, message]) => message);

describe('an acknowledgement that comes too late', () => {
	const TOO_LATE = 'an interaction could not be acknowledged in time';
	const posted = () => [...bot.discord.world.messages.values()].filter(({ author }) => !author);

	test('costs nobody a request: it is answered in the channel by the bot’s own token', async () => {
		bot.discord.world.ackMs = -1;
		bot.runner.holdAt = 1;
		bot.discord.slash('generate', { prompt: 'a dog', seed: 7 });
		const message = await until('a message', () => posted().find(({ content }) => content.includes('Step 1')));
		expect(message.versions[0].content).toBe('The bot was slow to answer, but the request has arrived.');
		expect(bot.store.open()).toEqual([
			expect.objectContaining({ place: expect.objectContaining({ message: message.id }) }),
		]);
		bot.runner.holdAt = undefined;
		await until('the picture', () => message.attachments[0]?.name === 'generate-7.png');
		expect(message.versions.every(({ by }) => by === 'bot token')).toBe(true);
		expect(logged('warn')).toEqual([TOO_LATE]);
		expect(logged('error')).toEqual([]);

		bot.discord.world.ackMs = 3000;
		const details = bot.discord.press(message, 'Details');
		await until('the details', () => details.followUps[0]?.content.includes('seed 7'));
	});

	test('refuses in the channel too', async () => {
		bot.discord.world.ackMs = -1;
		bot.discord.slash('generate', { prompt: 'a dog', timesteps: 'nonsense' });
		const message = await until('a message', () => posted().find(({ content }) => content.includes('nonsense')));
		expect(message.deleted).toBe(false);
		expect(bot.runner.submitted).toEqual([]);
		expect(logged('error')).toEqual([]);
	});

	test('keeps the result under /queue show where the bot may not write', async () => {
		Object.assign(bot.discord.world, { ackMs: -1, botInChannel: false });
		bot.discord.slash('generate', { prompt: 'a dog', seed: 7 });
		await until('the job to end', () => bot.runner.submitted.length === 1 && bot.store.open().length === 0);
		expect(posted()).toEqual([]);
		bot.discord.world.ackMs = 3000;
		const shown = await finished(bot.discord.slash('queue', { action: 'show' }));
		expect(shown.attachments[0]?.name).toBe('generate-7.png');
		expect(logged('error')).toEqual([]);
	});

	test('of a question that concerns one person alone is only logged', async () => {
		bot.discord.world.ackMs = -1;
		bot.discord.slash('models');
		await until('the log', () => logged('warn').length > 0);
		expect(logged('warn')).toEqual([TOO_LATE]);
		expect(posted()).toEqual([]);
		expect(logged('error')).toEqual([]);
	});

	test('takes nothing from a press: Delete deletes, and Same seed answers in the channel', async () => {
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
