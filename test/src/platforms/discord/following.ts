/** Discord messages that follow requests, in tests. */
import { vi } from 'vitest';
import type { MessageView, Show } from '../../../../src/desk/view.ts';
import type { MessageRef } from '../../../../src/store/records.ts';
import type { FakeInteraction } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import type { Bot } from './bot.ts';

export const logged = (bot: Bot, level: 'error' | 'warn') => bot.log[level].mock.calls.map(([, message]) => message);

/** The requests about messages with the bot's own token. */
export const byBotToken = (bot: Bot) => bot.discord.world.requests.filter(({ path }) => path.startsWith('/channels/'));

/** The message reference that the desk gets with a request, as the store will return it. */
export async function messageRefOf(
	bot: Bot,
	ask: () => FakeInteraction,
): Promise<{ interaction: FakeInteraction; messageRef: MessageRef }> {
	const open = vi.spyOn(bot.desk, 'open');
	bot.runner.holdAt = 1;
	const interaction = ask();
	await until('progress', () => interaction.original?.content.includes('Step 1'));
	const [{ messageRef }] = open.mock.lastCall!;
	open.mockRestore();
	return { interaction, messageRef: JSON.parse(JSON.stringify(messageRef)) };
}

export const generate = (bot: Bot, user?: Parameters<Bot['discord']['slash']>[2]) => () =>
	bot.discord.slash('generate', { prompt: 'a dog' }, user);

export const view = (changes: Partial<MessageView>): MessageView => ({
	requestId: 'r1',
	state: 'done',
	title: '/generate a dog',
	text: 'A dog.',
	figures: [],
	buttons: [],
	personal: false,
	...changes,
});

/** The `open` function for a resumed request. */
export const resumed =
	(end: Partial<MessageView> = {}) =>
	async (show: Show) => {
		show(view({ state: 'running', text: 'Starting.' }));
		return view(end);
	};

/** Makes a message an hour old, by its id. */
export const old = (bot: Bot, ref: MessageRef): MessageRef => {
	const id = String((BigInt(Date.now() - 61 * 60_000) - 1_420_070_400_000n) << 22n);
	const { messages } = bot.discord.world;
	messages.set(id, messages.get(ref.message)!);
	return { ...ref, message: id, tokenEndsAt: 0 };
};
