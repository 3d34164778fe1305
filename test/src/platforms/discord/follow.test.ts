/** Messages that outlive the bot, and the end of the time in which they can be changed. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MessageView, Show } from '../../../../src/desk/view.ts';
import { RESTARTING } from '../../../../src/desk/view.ts';
import type { DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { CLOSING } from '../../../../src/platforms/discord/sent-message.ts';
import type { MessageRef } from '../../../../src/store/records.ts';
import { IN_PRIVATE, OTHER, VISITOR } from '../../../fakes/discord/fake-discord.ts';
import { BOT_TOKEN, CHANNEL, type FakeInteraction } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

let bot: Bot;

const start = async (deps?: Partial<DiscordDeps>) => {
	bot = await startBot(deps);
};
beforeEach(() => start());
afterEach(() => bot.stop());

const logged = (level: 'error' | 'warn') => bot.log[level].mock.calls.map(([, message]) => message);
const byBotToken = () => bot.discord.world.requests.filter(({ path }) => path.startsWith('/channels/'));

/** The place that the desk is given with a request, as the store will hand it back. */
async function messageRefOf(
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

const generate = (user?: Parameters<Bot['discord']['slash']>[2]) => () =>
	bot.discord.slash('generate', { prompt: 'a dog' }, user);

const view = (changes: Partial<MessageView>): MessageView => ({
	requestId: 'r1',
	state: 'done',
	title: '/generate a dog',
	text: 'A dog.',
	figures: [],
	buttons: [],
	personal: false,
	...changes,
});

/** What a new bot is given for a request that it takes up. */
const resumed =
	(end: Partial<MessageView> = {}) =>
	async (show: Show) => {
		show(view({ state: 'running', text: 'Starting.' }));
		return view(end);
	};

describe('the place of a request', () => {
	test('names its message in every way, and is plain JSON', async () => {
		const { interaction, messageRef } = await messageRefOf(generate());
		expect(messageRef).toEqual({
			platform: 'discord',
			channel: `discord:${CHANNEL}`,
			message: interaction.original!.id,
			guild: expect.any(String),
			applicationId: expect.any(String),
			token: interaction.token,
			tokenEndsAt: expect.any(Number),
			name: '@original',
			ephemeral: false,
			botReaches: true,
			maxFileBytes: 10 * 2 ** 20,
		});
		const minutes = ((messageRef.tokenEndsAt as number) - interaction.createdAt) / 60_000;
		expect(minutes).toBeCloseTo(15, 1);
	});

	test.each([
		['in private', IN_PRIVATE],
		['in a server that has not installed it', VISITOR],
	])('says that the bot’s own token does not open it %s', async (_where, user) => {
		expect((await messageRefOf(generate(user))).messageRef).toMatchObject({ botReaches: false });
	});

	test('is that of the new message where a button was pressed', async () => {
		const message = await finished(generate()());
		bot.runner.holdAt = 1;
		const press = bot.discord.press(message, 'Again, new seed', OTHER);
		const followUp = await until('progress', () => press.followUps.find(({ content }) => content.includes('Step 1')));
		const key = { platform: 'discord', channel: `discord:${CHANNEL}`, message: followUp.id } as const;
		expect(bot.desk.requestAt(key)).toBeDefined();
	});
});

describe('after a restart', () => {
	/** Stops the bot in the middle of a request, and starts another on the same Discord. */
	async function restart() {
		const { interaction, messageRef } = await messageRefOf(generate());
		await bot.platform.stop();
		expect(interaction.original?.content).toBe(RESTARTING);
		expect(interaction.original?.components).toEqual([]);
		const platform = bot.again();
		await platform.start();
		return { interaction, messageRef, platform };
	}

	test('the message goes on by the interaction’s token', async () => {
		const { interaction, messageRef, platform } = await restart();
		await platform.follow!(messageRef, resumed());
		expect(interaction.original?.content).toBe('A dog.');
		expect(byBotToken()).toEqual([]);
		await platform.stop();
	});

	test('by the bot’s own token once that has ended', async () => {
		const { interaction, messageRef, platform } = await restart();
		await platform.follow!({ ...messageRef, tokenEndsAt: Date.now() - 1 }, resumed());
		expect(interaction.original?.content).toBe('A dog.');
		expect(interaction.original?.versions.at(-1)?.by).toBe('bot token');
		expect(byBotToken().every(({ authorization }) => authorization === `Bot ${BOT_TOKEN}`)).toBe(true);
		await platform.stop();
	});

	test('the desk takes up what was open: the same picture arrives in the same message', async () => {
		const { interaction } = await messageRefOf(() => bot.discord.slash('generate', { prompt: 'a dog', seed: 180 }));
		const waiting = bot.discord.slash('generate', { prompt: 'a cat', seed: 7 }, OTHER);
		await until('the second to wait', () => waiting.original?.content.includes('Waiting'));
		await bot.leave();
		bot = await startBot({}, undefined, bot);
		bot.desk.resume([bot.platform]);
		for (const [each, seed] of [
			[interaction, 180],
			[waiting, 7],
		] as const) {
			await until('the picture', () => each.original?.attachments[0]?.name === `generate-${seed}.png`);
			expect(each.original?.content).toContain(`seed ${seed}`);
			expect(each.followUps).toEqual([]);
		}
		expect(logged('error')).toEqual([]);
	});

	test('where neither works the request still ends well, and the log says so once', async () => {
		const { interaction, messageRef, platform } = await restart();
		Object.assign(bot.discord.world, { tokensExpired: true, botInChannel: false });
		const open = vi.fn(resumed());
		await platform.follow!(messageRef, open);
		expect(open).toHaveResolvedWith(expect.objectContaining({ state: 'done' }));
		expect(interaction.original?.content).toBe(RESTARTING);
		expect(logged('warn')).toEqual(['a Discord message is out of reach']);
		expect(logged('error')).toEqual([]);
		await platform.stop();
	});

	test('a message that was deleted meanwhile is let go', async () => {
		const { interaction, messageRef, platform } = await restart();
		interaction.original!.deleted = true;
		await platform.follow!(messageRef, resumed());
		expect(logged('warn')).toEqual(['a Discord message is out of reach']);
		await platform.stop();
	});

	test('what concerns one person alone stays in the message: nobody is there to be told in private', async () => {
		const { interaction, messageRef, platform } = await restart();
		await platform.follow!(messageRef, resumed({ state: 'failed', text: 'No longer allowed.', personal: true }));
		expect(interaction.original).toMatchObject({
			content: '-# /generate a dog\nNo longer allowed.',
			deleted: false,
		});
		expect(interaction.followUps).toEqual([]);
		await platform.stop();
	});

	test('a place that is none is refused', async () => {
		const messageRef = { platform: 'discord', channel: 'discord:1', message: '2' } as const;
		await expect(bot.platform.follow!(messageRef, resumed())).rejects.toThrow();
	});
});

describe('where the bot’s own token does not open the message', () => {
	const stopAndStart = async (tokenLifetimeMs: number, noticeMs: number) => {
		await bot.stop();
		await start({ timing: { tokenLifetimeMs, noticeMs } });
		bot.runner.holdAt = 1;
	};
	const NEVER_MS = 10 * 60_000;

	test('it says shortly before the end that the message will be closed, and where the result will be', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS - 300);
		const interaction = generate(IN_PRIVATE)();
		const closing = await until('the notice', () => {
			return interaction.original?.content.includes(CLOSING) && interaction.original.content;
		});
		expect(closing).toMatch(
			/Step 1 of \d+\.\nDiscord closes this message in 2 minutes; the result will be under \/queue show\.$/,
		);
		bot.runner.holdAt = undefined;
		await until('the result', () => interaction.original?.attachments[0]?.name.startsWith('generate'));
		expect(interaction.original?.content).not.toContain(CLOSING);
	});

	test('the result is kept once the message is closed, and /queue show has it', async () => {
		bot.runner.holdAt = 1;
		const interaction = bot.discord.slash('generate', { prompt: 'a dog', seed: 180 }, IN_PRIVATE);
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		Object.assign(bot.discord.world, { tokensExpired: true, botInChannel: false });
		bot.runner.holdAt = undefined;
		await until('the log', () => logged('warn').includes('a Discord message is out of reach'));
		await until('the job to end', () => bot.store.open().length === 0);
		bot.discord.world.tokensExpired = false;
		const again = await whispered(bot.discord.slash('queue', { action: 'show' }, IN_PRIVATE));
		expect(again.attachments).toMatchObject([{ name: 'generate-180.png' }]);
		expect(interaction.original?.attachments).toMatchObject([{ name: 'preview.png' }]);
		expect(logged('error')).toEqual([]);
	});

	test('it is not said where the bot’s own token works', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS);
		const interaction = generate()();
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(interaction.original?.content).not.toContain(CLOSING);
	});
});

describe('the last state', () => {
	beforeEach(async () => {
		await bot.stop();
		await start({ timing: { lastEditWaitsMs: [20, 20, 20] } });
	});

	/** Every edit fails from now on. */
	async function endInTrouble(): Promise<FakeInteraction> {
		bot.runner.holdAt = 1;
		const interaction = generate()();
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		bot.discord.world.trouble = { path: '/webhooks/', left: Number.POSITIVE_INFINITY };
		bot.runner.holdAt = undefined;
		return interaction;
	}

	test('arrives once Discord’s troubles are over', async () => {
		const over = () => {
			bot.discord.world.trouble.left = 0;
		};
		bot.log.warn.mockImplementation((_: unknown, message: string) => message.endsWith('trying again') && over());
		const interaction = await endInTrouble();
		await until('the picture', () => interaction.original?.attachments[0]?.name.startsWith('generate'));
		expect(logged('error')).toEqual([]);
		expect(logged('warn')).toContain('Discord did not take an answer; trying again');
	});

	test('is given up when they do not end, and the log says so', async () => {
		const interaction = await endInTrouble();
		await until('the log', () => logged('warn').includes('and the message does not say so'));
		expect(logged('error')).toEqual(['Discord did not take an answer']);
		expect(interaction.original?.content).toContain('Step 1');
	});
});
