import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FakeInteraction } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, startBot } from './bot.ts';

let bot: Bot;
beforeEach(async () => {
	bot = await startBot();
});
afterEach(() => bot.stop());

const offered = async (interaction: FakeInteraction) => {
	const { data } = await until('the offers', () => interaction.callback);
	return data?.choices?.map(({ name }) => name);
};

test('a slow worker’s last known models are offered within a second', async () => {
	const never = new Promise<never>(() => {});
	const asking = vi.spyOn(bot.desk, 'models').mockReturnValueOnce(never);
	const first = bot.discord.type('generate', 'model', '');
	expect(await offered(first)).toEqual([]);
	expect(first.ackAfter).toBeLessThan(1000);
	expect(await offered(bot.discord.type('generate', 'model', ''))).toEqual(['fake-if', 'fake-xl']);
	asking.mockReturnValueOnce(never);
	expect(await offered(bot.discord.type('generate', 'model', ''))).toEqual(['fake-if', 'fake-xl']);
});
