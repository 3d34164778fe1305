/** Messages that outlive the bot, and those that people waited long for. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RESTARTING } from '../../../../src/desk/view.ts';
import type { DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { MAY_CLOSE } from '../../../../src/platforms/discord/sent-message.ts';
import {
	ATTACH_FILES,
	IN_GROUP,
	IN_PRIVATE,
	OTHER,
	PRIVATE_THREAD,
	PUBLIC_THREAD,
	SEND_IN_THREADS,
	STUDENT,
	VISITOR,
} from '../../../fakes/discord/fake-discord.ts';
import { BOT_TOKEN, CHANNEL, type FakeInteraction, type FakeUser } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot } from './bot.ts';
import { byBotToken, generate, logged, messageRefOf, resumed } from './following.ts';

let bot: Bot;

const start = async (deps?: Partial<DiscordDeps>) => {
	bot = await startBot(deps);
};
beforeEach(() => start());
afterEach(() => bot.stop());

describe('a message reference', () => {
	test('has everything needed to find its message, as plain JSON', async () => {
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot));
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
		['in a group', IN_GROUP],
		['in a server that has not installed it', VISITOR],
	])('says that the bot’s own token cannot reach it %s', async (_where, user) => {
		expect((await messageRefOf(bot, generate(bot, user))).messageRef).toMatchObject({ botReaches: false });
	});

	test('says that the token can reach the bot’s direct messages', async () => {
		expect((await messageRefOf(bot, generate(bot, IN_PRIVATE))).messageRef).toMatchObject({ botReaches: true });
	});

	test.each([
		['where it may not attach files', { botLacks: ATTACH_FILES }],
		['in a thread where it may not write', { channelType: PUBLIC_THREAD, botLacks: SEND_IN_THREADS }],
	])('says that the token cannot reach it %s', async (_where, world) => {
		Object.assign(bot.discord.world, world);
		expect((await messageRefOf(bot, generate(bot))).messageRef).toMatchObject({ botReaches: false });
	});

	test.each([
		['a public thread', PUBLIC_THREAD],
		['a private thread, which the bot may have been added to', PRIVATE_THREAD],
	])('says that the token can reach %s', async (_where, channelType) => {
		bot.discord.world.channelType = channelType;
		expect((await messageRefOf(bot, generate(bot))).messageRef).toMatchObject({ botReaches: true });
	});

	test('is found if the acknowledgement does not name the message', async () => {
		bot.discord.world.callbackNamesNone = true;
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot));
		expect(messageRef).toMatchObject({ message: interaction.original!.id });
	});

	test('points to the new message after a press', async () => {
		const message = await finished(generate(bot)());
		bot.runner.holdAt = 1;
		const press = bot.discord.press(message, 'Again, new seed', OTHER);
		const followUp = await until('progress', () => press.followUps.find(({ content }) => content.includes('Step 1')));
		const key = { platform: 'discord', channel: `discord:${CHANNEL}`, message: followUp.id } as const;
		expect(bot.desk.requestAt(key)).toBeDefined();
	});
});

describe('after a restart', () => {
	/** Stops the bot during a request, and starts another on the same Discord. */
	async function restart(user?: FakeUser, said = RESTARTING) {
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot, user));
		await bot.platform.stop();
		expect(interaction.original?.content).toBe(said);
		expect(interaction.original?.components).toEqual([]);
		const platform = bot.again();
		await platform.start();
		return { interaction, messageRef, platform };
	}

	test('the message continues with the interaction’s token', async () => {
		const { interaction, messageRef, platform } = await restart();
		await platform.follow!(messageRef, resumed());
		expect(interaction.original?.content).toBe('A dog.');
		expect(byBotToken(bot)).toEqual([]);
		await platform.stop();
	});

	test('the message continues with the bot’s own token if that has expired', async () => {
		const { interaction, messageRef, platform } = await restart();
		await platform.follow!({ ...messageRef, tokenEndsAt: Date.now() - 1 }, resumed());
		expect(interaction.original?.content).toBe('A dog.');
		expect(interaction.original?.versions.at(-1)?.by).toBe('bot token');
		expect(byBotToken(bot).every(({ authorization }) => authorization === `Bot ${BOT_TOKEN}`)).toBe(true);
		await platform.stop();
	});

	test('the desk resumes open requests: the same picture arrives in the same message', async () => {
		const { interaction } = await messageRefOf(bot, () =>
			bot.discord.slash('generate', { prompt: 'a dog', seed: 180 }),
		);
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
		expect(logged(bot, 'error')).toEqual([]);
	});

	test.each([
		['in a group', IN_GROUP, {}],
		['in a server that has not installed it', VISITOR, {}],
		['in a private thread', undefined, { channelType: PRIVATE_THREAD }],
		['where it may not attach files', undefined, { botLacks: ATTACH_FILES }],
	])('if neither token works, %s, the message has said where the result will be', async (_, user, world) => {
		Object.assign(bot.discord.world, world);
		const said = `${RESTARTING} ${MAY_CLOSE}`;
		const { interaction, messageRef, platform } = await restart(user, said);
		Object.assign(bot.discord.world, { tokensExpired: true, botInChannel: false });
		await platform.follow!(messageRef, resumed());
		expect(interaction.original?.content).toBe(said);
		expect(said).toContain('the result will be under /queue action:mine');
		await platform.stop();
	});

	test('if neither token works, the request still ends well, and is logged once', async () => {
		const { interaction, messageRef, platform } = await restart();
		Object.assign(bot.discord.world, { tokensExpired: true, botInChannel: false });
		const open = vi.fn(resumed());
		await platform.follow!(messageRef, open);
		expect(open).toHaveResolvedWith(expect.objectContaining({ state: 'done' }));
		expect(interaction.original?.content).toBe(RESTARTING);
		expect(logged(bot, 'warn')).toEqual(['a Discord message is out of reach']);
		expect(logged(bot, 'error')).toEqual([]);
		await platform.stop();
	});

	test('a message that was deleted meanwhile is ignored', async () => {
		const { interaction, messageRef, platform } = await restart();
		interaction.original!.deleted = true;
		await platform.follow!(messageRef, resumed());
		expect(logged(bot, 'warn')).toEqual(['a Discord message is out of reach']);
		await platform.stop();
	});

	test('a personal message stays in place, as nobody can be told in private', async () => {
		const { interaction, messageRef, platform } = await restart();
		await platform.follow!(messageRef, resumed({ state: 'failed', text: 'No longer allowed.', personal: true }));
		expect(interaction.original).toMatchObject({
			content: '-# /generate a dog\nNo longer allowed.',
			deleted: false,
		});
		expect(interaction.followUps).toEqual([]);
		await platform.stop();
	});

	test('an invalid message reference is rejected', async () => {
		const messageRef = { platform: 'discord', channel: 'discord:1', message: '2' } as const;
		await expect(bot.platform.follow!(messageRef, resumed())).rejects.toThrow();
	});
});

describe('a person who waited over two minutes', () => {
	const calls = () => [...bot.discord.world.messages.values()].filter(({ pinged }) => pinged.length > 0);

	/** Runs a request during which the clock jumps ahead by `ms`. */
	async function waited(ms: number, user?: FakeUser): Promise<FakeInteraction> {
		bot.runner.holdAt = 1;
		const interaction = bot.discord.slash('generate', { prompt: '<@400000000000000002> a dog' }, user);
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		const now = Date.now.bind(Date);
		vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
		bot.runner.holdAt = undefined;
		await until('the end', () => bot.store.open().length === 0);
		await finished(interaction);
		return interaction;
	}
	afterEach(() => void vi.restoreAllMocks());

	test('gets one mention at the end, with a link to the message', async () => {
		const { original } = await waited(130_000);
		const [call] = await until('the call', () => calls().length > 0 && calls());
		expect(call.pinged).toEqual([STUDENT.id]);
		expect(call.content).toMatch(
			new RegExp(
				`^<@${STUDENT.id}> Your request is done: https://discord.com/channels/\\d+/${CHANNEL}/${original!.id}$`,
			),
		);
		expect(original!.pinged).toEqual([]);
		bot.discord.press(original!, 'Delete');
		await until('the message to go', () => original!.deleted);
		expect(calls()).toEqual([call]);
	});

	test('gets it with the bot’s own token if the interaction’s has expired', async () => {
		await waited(20 * 60_000);
		const [call] = await until('the call', () => calls().length > 0 && calls());
		expect(call.pinged).toEqual([STUDENT.id]);
		expect(call.versions).toMatchObject([{ by: 'bot token' }]);
	});

	test('also hears of a failure', async () => {
		bot.runner.failure = { message: 'The model does not know how.', fault: 'user' };
		await waited(130_000);
		const [call] = await until('the call', () => calls().length > 0 && calls());
		expect(call.content).toContain('Your request has failed');
	});

	test('is the only one who gets a mention', async () => {
		await waited(60_000);
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(calls()).toEqual([]);
	});
});
