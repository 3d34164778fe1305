/** Messages that the bot can no longer reach or edit. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { CLOSING } from '../../../../src/platforms/discord/sent-message.ts';
import { IN_GROUP, OTHER, PRIVATE_THREAD } from '../../../fakes/discord/fake-discord.ts';
import type { FakeInteraction } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, startBot, whispered } from './bot.ts';
import { generate, logged, messageRefOf, old, resumed, view } from './following.ts';

let bot: Bot;

const start = async (deps?: Partial<DiscordDeps>) => {
	bot = await startBot(deps);
};
beforeEach(() => start());
afterEach(() => bot.stop());

describe('if the bot’s own token cannot reach the message', () => {
	const stopAndStart = async (tokenLifetimeMs: number, noticeMs: number) => {
		await bot.stop();
		await start({ timing: { tokenLifetimeMs, noticeMs } });
		bot.runner.holdAt = 1;
	};
	const NEVER_MS = 10 * 60_000;

	test('it says shortly before the interaction’s token expires where the result will be', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS - 300);
		const interaction = generate(bot, IN_GROUP)();
		const closing = await until('the notice', () => {
			return interaction.original?.content.includes(CLOSING) && interaction.original.content;
		});
		expect(closing).toMatch(
			/Step 1 of \d+\.\nDiscord will close this message soon; the result will be under \/queue action:mine\.\n-# Asked by Friend\.$/,
		);
		bot.runner.holdAt = undefined;
		await until('the result', () => interaction.original?.attachments[0]?.name.startsWith('generate'));
		expect(interaction.original?.content).not.toContain(CLOSING);
	});

	/** Ends the job of a held request after both tokens stopped working. */
	async function endOutOfReach(interaction: FakeInteraction): Promise<void> {
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		Object.assign(bot.discord.world, { tokensExpired: true, botInChannel: false });
		bot.runner.holdAt = undefined;
		await until('the log', () => logged(bot, 'warn').includes('a Discord message is out of reach'));
		await until('the job to end', () => bot.store.open().length === 0);
		bot.discord.world.tokensExpired = false;
	}

	test('a later result is kept, and /queue show has it', async () => {
		bot.runner.holdAt = 1;
		const interaction = bot.discord.slash('generate', { prompt: 'a dog', seed: 180 }, IN_GROUP);
		await endOutOfReach(interaction);
		const again = await whispered(bot.discord.slash('queue', { action: 'show' }, IN_GROUP));
		expect(again.attachments).toMatchObject([{ name: 'generate-180.png' }]);
		expect(interaction.original?.attachments).toMatchObject([{ name: 'preview.png' }]);
		expect(logged(bot, 'error')).toEqual([]);
	});

	test('a later failure is kept: /queue mine lists it, and /queue show explains it', async () => {
		bot.runner.holdAt = 1;
		bot.runner.failure = { message: 'The model does not know how.', fault: 'user' };
		const interaction = generate(bot, IN_GROUP)();
		await endOutOfReach(interaction);
		const list = await whispered(bot.discord.slash('queue', { action: 'mine' }, IN_GROUP));
		expect(list.content).toMatch(/^\S+: \/generate prompt:a dog seed:\d+, failed\nTo see one again: /m);
		const shown = await whispered(bot.discord.slash('queue', { action: 'show' }, IN_GROUP));
		expect(shown.content).toContain('The model does not know how.');
	});

	test('it says so in a private thread without the bot, but not in one with the bot', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS - 300);
		Object.assign(bot.discord.world, { channelType: PRIVATE_THREAD, botRefusal: 50001 });
		const without = generate(bot)();
		await until('the notice', () => without.original?.content.includes(CLOSING));
		bot.discord.world.botRefusal = undefined;
		const within = generate(bot, OTHER)();
		await until('the edit by the bot’s own token', () => within.original?.versions.at(-1)?.by === 'bot token');
		expect(within.original?.versions.some(({ content }) => content.includes(CLOSING))).toBe(false);
		expect(logged(bot, 'error')).toEqual([]);
	});

	test.each([50001, 50013])('it says so if that is only found out shortly before (%i)', async (code) => {
		bot.discord.world.botRefusal = code;
		await stopAndStart(NEVER_MS, NEVER_MS - 300);
		bot.discord.world.botRefusal = code;
		const interaction = generate(bot)();
		await until('the notice', () => interaction.original?.content.includes(CLOSING));
		bot.runner.holdAt = undefined;
		await until('the result', () => interaction.original?.attachments[0]?.name.startsWith('generate'));
		expect(interaction.original?.content).not.toContain(CLOSING);
		expect(interaction.original?.versions.every(({ by }) => by === 'interaction token')).toBe(true);
		expect(logged(bot, 'error')).toEqual([]);
	});

	test('it says nothing if the bot’s own token works', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS);
		const interaction = generate(bot)();
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(interaction.original?.content).not.toContain(CLOSING);
	});
});

/** Makes a message an hour old, by its id. */
describe('a message older than an hour', () => {
	test('is edited rarely while its request is open, and at the end', async () => {
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot));
		const before = interaction.original!.versions.length;
		await bot.platform.follow!(old(bot, messageRef), async (show) => {
			for (let step = 1; step <= 5; step++) {
				show(view({ state: 'running', text: `Step ${step}.` }));
				await new Promise((resolve) => setTimeout(resolve, 120));
			}
			return view({});
		});
		const contents = interaction.original!.versions.slice(before).map(({ content }) => content);
		expect(contents).toEqual([expect.stringContaining('Step 1.'), 'A dog.']);
	});

	test('continues in a new one once Discord rejects edits', async () => {
		const { messageRef } = await messageRefOf(bot, generate(bot));
		const { world } = bot.discord;
		const ref = old(bot, messageRef);
		const moved = vi.spyOn(bot.desk, 'moved');
		world.oldEdits = 'refused';
		await bot.platform.follow!(ref, async (show) => {
			show(view({ state: 'running', text: 'Step 1.' }));
			await until('the new message', () => moved.mock.lastCall);
			return view({});
		});
		const [request, place] = moved.mock.lastCall!;
		expect([request, place.channel]).toEqual(['r1', messageRef.channel]);
		const message = world.messages.get(place.message)!;
		expect(message.versions.map(({ content, by }) => [by, content])).toEqual([
			['bot token', expect.stringContaining('Step 1.')],
			['bot token', 'A dog.'],
		]);
		expect(world.messages.get(ref.message)?.deleted).toBe(true);
		expect(moved).toHaveBeenCalledOnce();
		// It is found there after a restart.
		await bot.platform.follow!(JSON.parse(JSON.stringify(place)), resumed({ text: 'Another dog.' }));
		expect(message.content).toBe('Another dog.');
		expect(logged(bot, 'error')).toEqual([]);
	});

	test('gets its last state once Discord accepts edits again, if no new one can be sent', async () => {
		await bot.stop();
		await start({ timing: { lastEditWaitsMs: [20, 20, 20] } });
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot));
		const { world } = bot.discord;
		world.botRefusal = 30046;
		bot.log.warn.mockImplementation(() => {
			world.botRefusal = undefined;
		});
		await bot.platform.follow!(old(bot, messageRef), resumed());
		expect(interaction.original?.content).toBe('A dog.');
		expect(logged(bot, 'error')).toEqual([]);
	});
});
