/** Messages that outlive the bot, and the limits on editing them later. */
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MessageView, Show } from '../../../../src/desk/view.ts';
import { RESTARTING } from '../../../../src/desk/view.ts';
import type { DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { CLOSING, MAY_CLOSE } from '../../../../src/platforms/discord/sent-message.ts';
import type { MessageRef } from '../../../../src/store/records.ts';
import {
	ATTACH_FILES,
	CREATE_THREADS,
	IN_GROUP,
	IN_PRIVATE,
	OTHER,
	PRIVATE_THREAD,
	PUBLIC_THREAD,
	SEND_IN_THREADS,
	STUDENT,
	VISITOR,
} from '../../../fakes/discord/fake-discord.ts';
import { BOT_TOKEN, CHANNEL, type FakeInteraction, type FakeUser, THREAD } from '../../../fakes/discord/world.ts';
import { bands } from '../../../fakes/fake-runner.ts';
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

/** The message reference that the desk gets with a request, as the store will return it. */
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

/** The `open` function for a resumed request. */
const resumed =
	(end: Partial<MessageView> = {}) =>
	async (show: Show) => {
		show(view({ state: 'running', text: 'Starting.' }));
		return view(end);
	};

describe('a message reference', () => {
	test('has everything needed to find its message, as plain JSON', async () => {
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
		['in a group', IN_GROUP],
		['in a server that has not installed it', VISITOR],
	])('says that the bot’s own token cannot reach it %s', async (_where, user) => {
		expect((await messageRefOf(generate(user))).messageRef).toMatchObject({ botReaches: false });
	});

	test('says that the token can reach the bot’s direct messages', async () => {
		expect((await messageRefOf(generate(IN_PRIVATE))).messageRef).toMatchObject({ botReaches: true });
	});

	test.each([
		['where it may not attach files', { botLacks: ATTACH_FILES }],
		['in a thread where it may not write', { channelType: PUBLIC_THREAD, botLacks: SEND_IN_THREADS }],
	])('says that the token cannot reach it %s', async (_where, world) => {
		Object.assign(bot.discord.world, world);
		expect((await messageRefOf(generate())).messageRef).toMatchObject({ botReaches: false });
	});

	test.each([
		['a public thread', PUBLIC_THREAD],
		['a private thread, which the bot may have been added to', PRIVATE_THREAD],
	])('says that the token can reach %s', async (_where, channelType) => {
		bot.discord.world.channelType = channelType;
		expect((await messageRefOf(generate())).messageRef).toMatchObject({ botReaches: true });
	});

	test('is found if the acknowledgement does not name the message', async () => {
		bot.discord.world.callbackNamesNone = true;
		const { interaction, messageRef } = await messageRefOf(generate());
		expect(messageRef).toMatchObject({ message: interaction.original!.id });
	});

	test('points to the new message after a press', async () => {
		const message = await finished(generate()());
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
		const { interaction, messageRef } = await messageRefOf(generate(user));
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
		expect(byBotToken()).toEqual([]);
		await platform.stop();
	});

	test('the message continues with the bot’s own token if that has expired', async () => {
		const { interaction, messageRef, platform } = await restart();
		await platform.follow!({ ...messageRef, tokenEndsAt: Date.now() - 1 }, resumed());
		expect(interaction.original?.content).toBe('A dog.');
		expect(interaction.original?.versions.at(-1)?.by).toBe('bot token');
		expect(byBotToken().every(({ authorization }) => authorization === `Bot ${BOT_TOKEN}`)).toBe(true);
		await platform.stop();
	});

	test('the desk resumes open requests: the same picture arrives in the same message', async () => {
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
		expect(logged('warn')).toEqual(['a Discord message is out of reach']);
		expect(logged('error')).toEqual([]);
		await platform.stop();
	});

	test('a message that was deleted meanwhile is ignored', async () => {
		const { interaction, messageRef, platform } = await restart();
		interaction.original!.deleted = true;
		await platform.follow!(messageRef, resumed());
		expect(logged('warn')).toEqual(['a Discord message is out of reach']);
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

describe('if the bot’s own token cannot reach the message', () => {
	const stopAndStart = async (tokenLifetimeMs: number, noticeMs: number) => {
		await bot.stop();
		await start({ timing: { tokenLifetimeMs, noticeMs } });
		bot.runner.holdAt = 1;
	};
	const NEVER_MS = 10 * 60_000;

	test('it says shortly before the interaction’s token expires where the result will be', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS - 300);
		const interaction = generate(IN_GROUP)();
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
		await until('the log', () => logged('warn').includes('a Discord message is out of reach'));
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
		expect(logged('error')).toEqual([]);
	});

	test('a later failure is kept: /queue mine lists it, and /queue show explains it', async () => {
		bot.runner.holdAt = 1;
		bot.runner.failure = { message: 'The model does not know how.', fault: 'user' };
		const interaction = generate(IN_GROUP)();
		await endOutOfReach(interaction);
		const list = await whispered(bot.discord.slash('queue', { action: 'mine' }, IN_GROUP));
		expect(list.content).toMatch(/^\S+: \/generate prompt:a dog seed:\d+, failed\nTo see one again: /m);
		const shown = await whispered(bot.discord.slash('queue', { action: 'show' }, IN_GROUP));
		expect(shown.content).toContain('The model does not know how.');
	});

	test('it says so in a private thread without the bot, but not in one with the bot', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS - 300);
		Object.assign(bot.discord.world, { channelType: PRIVATE_THREAD, botRefusal: 50001 });
		const without = generate()();
		await until('the notice', () => without.original?.content.includes(CLOSING));
		bot.discord.world.botRefusal = undefined;
		const within = generate(OTHER)();
		await until('the edit by the bot’s own token', () => within.original?.versions.at(-1)?.by === 'bot token');
		expect(within.original?.versions.some(({ content }) => content.includes(CLOSING))).toBe(false);
		expect(logged('error')).toEqual([]);
	});

	test.each([50001, 50013])('it says so if that is only found out shortly before (%i)', async (code) => {
		bot.discord.world.botRefusal = code;
		await stopAndStart(NEVER_MS, NEVER_MS - 300);
		bot.discord.world.botRefusal = code;
		const interaction = generate()();
		await until('the notice', () => interaction.original?.content.includes(CLOSING));
		bot.runner.holdAt = undefined;
		await until('the result', () => interaction.original?.attachments[0]?.name.startsWith('generate'));
		expect(interaction.original?.content).not.toContain(CLOSING);
		expect(interaction.original?.versions.every(({ by }) => by === 'interaction token')).toBe(true);
		expect(logged('error')).toEqual([]);
	});

	test('it says nothing if the bot’s own token works', async () => {
		await stopAndStart(NEVER_MS, NEVER_MS);
		const interaction = generate()();
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(interaction.original?.content).not.toContain(CLOSING);
	});
});

/** Makes a message an hour old, by its id. */
const old = (ref: MessageRef): MessageRef => {
	const id = String((BigInt(Date.now() - 61 * 60_000) - 1_420_070_400_000n) << 22n);
	const { messages } = bot.discord.world;
	messages.set(id, messages.get(ref.message)!);
	return { ...ref, message: id, tokenEndsAt: 0 };
};

describe('a message older than an hour', () => {
	test('is edited rarely while its request is open, and at the end', async () => {
		const { interaction, messageRef } = await messageRefOf(generate());
		const before = interaction.original!.versions.length;
		await bot.platform.follow!(old(messageRef), async (show) => {
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
		const { messageRef } = await messageRefOf(generate());
		const { world } = bot.discord;
		const ref = old(messageRef);
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
		expect(logged('error')).toEqual([]);
	});

	test('gets its last state once Discord accepts edits again, if no new one can be sent', async () => {
		await bot.stop();
		await start({ timing: { lastEditWaitsMs: [20, 20, 20] } });
		const { interaction, messageRef } = await messageRefOf(generate());
		const { world } = bot.discord;
		world.botRefusal = 30046;
		bot.log.warn.mockImplementation(() => {
			world.botRefusal = undefined;
		});
		await bot.platform.follow!(old(messageRef), resumed());
		expect(interaction.original?.content).toBe('A dog.');
		expect(logged('error')).toEqual([]);
	});
});

describe('milestones', () => {
	const milestone = (text: string) => ({ text, figures: [] });
	const reached =
		(...texts: string[]) =>
		async (show: Show) => {
			for (const text of texts)
				show(view({ state: 'running', title: '/mnist train', text: 'On.', milestone: milestone(text) }));
			return view({ text: 'Trained.' });
		};
	const inThread = () =>
		[...bot.discord.world.messages.values()].filter(({ thread }) => thread !== undefined && thread !== THREAD);

	test('are messages in a thread, in order, also after a restart', async () => {
		const { messageRef } = await messageRefOf(generate());
		await bot.platform.follow!(messageRef, reached('After epoch 1.', 'After epoch 2.'));
		await bot.platform.follow!(messageRef, reached('After epoch 3.'));
		expect([...bot.discord.world.threads]).toEqual([[messageRef.message, { name: '/mnist train' }]]);
		expect(inThread().map(({ thread, content }) => [thread, content])).toEqual(
			[1, 2, 3].map((epoch) => [messageRef.message, `After epoch ${epoch}.`]),
		);
		expect(logged('warn')).toEqual([]);
	});

	test('continue in that thread if the message continues in a new one after a restart', async () => {
		const { messageRef } = await messageRefOf(generate());
		const { world } = bot.discord;
		const ref = old(messageRef);
		const moved = vi.spyOn(bot.desk, 'moved');
		const place = (): MessageRef => JSON.parse(JSON.stringify(moved.mock.lastCall![1]));
		await bot.platform.follow!(ref, reached('After epoch 1.'));
		world.oldEdits = 'refused';
		await bot.platform.follow!(place(), resumed());
		expect(place().message).not.toBe(ref.message);
		await bot.platform.follow!(place(), reached('After epoch 2.'));
		expect(inThread().map(({ thread, content }) => [thread, content])).toEqual([
			[ref.message, 'After epoch 1.'],
			[ref.message, 'After epoch 2.'],
		]);
	});

	test.each([
		['in private', IN_PRIVATE, 0n, 0, []],
		['where the bot may open none', undefined, CREATE_THREADS, 0, ['Discord did not open a thread below a message']],
		['in a thread', undefined, 0n, PUBLIC_THREAD, ['Discord did not open a thread below a message']],
	])('are skipped %s, and the request goes on', async (_, user, lacks, channelType, warnings) => {
		Object.assign(bot.discord.world, { botLacks: lacks, channelType });
		const { interaction, messageRef } = await messageRefOf(generate(user));
		await bot.platform.follow!(messageRef, reached('After epoch 1.', 'After epoch 2.'));
		expect(inThread()).toEqual([]);
		expect(interaction.original?.content).toBe('Trained.');
		expect(logged('warn')).toEqual(warnings);
	});
});

describe('the files of a message', () => {
	const figure = (name: string, bytes: Uint8Array) => {
		return { bytes, type: 'image/png', width: 8, height: 8, alt: `The ${name}`, filename: `${name}.png` } as const;
	};
	const png = async (seed: number) => new Uint8Array(await bands(seed, 1));

	test('are not sent again if they stay the same', async () => {
		const { interaction, messageRef } = await messageRefOf(generate());
		const digits = await png(1);
		const { requests } = bot.discord.world;
		const begin = requests.length;
		await bot.platform.follow!(messageRef, async (show) => {
			for (const step of [1, 2, 3]) {
				const figures = [figure('digits', digits), figure('loss', await png(step + 1))];
				show(view({ state: 'running', text: `Step ${step}.`, figures }));
				await until('the edit', () => interaction.original?.content.includes(`Step ${step}.`));
			}
			return view({ figures: [figure('digits', digits)] });
		});
		const sent = requests.slice(begin).map(({ files }) => files.map(({ name }) => name));
		expect(sent).toEqual([['digits.png', 'loss.png'], ['loss.png'], ['loss.png'], []]);
		expect(interaction.original!.attachments).toMatchObject([{ name: 'digits.png', description: 'The digits' }]);
	});

	test('are made smaller for the bot’s own token if necessary', async () => {
		const { interaction, messageRef } = await messageRefOf(generate());
		const { world } = bot.discord;
		Object.assign(world, { maxFileBytes: 50 * 2 ** 20, botMaxFileBytes: 10 * 2 ** 20 });
		const noise = await sharp(randomBytes(2100 * 2100 * 3), { raw: { width: 2100, height: 2100, channels: 3 } })
			.png({ compressionLevel: 0 })
			.toBuffer();
		const figures = [{ ...figure('large', noise), width: 2100, height: 2100 }];
		await bot.platform.follow!({ ...messageRef, tokenEndsAt: 0, maxFileBytes: world.maxFileBytes }, async () =>
			view({ figures }),
		);
		expect(interaction.original!.attachments).toMatchObject([{ name: 'large.webp' }]);
		expect(interaction.original!.content).toContain('at reduced quality');
	});
});

describe('the last state', () => {
	beforeEach(async () => {
		await bot.stop();
		await start({ timing: { lastEditWaitsMs: [20, 20, 20] } });
	});

	/** Makes every edit fail from now on. */
	async function endInTrouble(): Promise<FakeInteraction> {
		bot.runner.holdAt = 1;
		const interaction = generate()();
		await until('progress', () => interaction.original?.content.includes('Step 1'));
		bot.discord.world.trouble = { path: '/webhooks/', left: Number.POSITIVE_INFINITY };
		bot.runner.holdAt = undefined;
		return interaction;
	}

	test('arrives once Discord works again', async () => {
		const over = () => {
			bot.discord.world.trouble.left = 0;
		};
		bot.log.warn.mockImplementation((_: unknown, message: string) => message.endsWith('trying again') && over());
		const interaction = await endInTrouble();
		await until('the picture', () => interaction.original?.attachments[0]?.name.startsWith('generate'));
		expect(logged('error')).toEqual([]);
		expect(logged('warn')).toContain('Discord did not accept an answer; trying again');
	});

	test('is given up and logged if Discord does not recover', async () => {
		const interaction = await endInTrouble();
		await until('the log', () => logged('warn').includes('and the message could not say so'));
		expect(logged('error')).toEqual(['Discord did not accept an answer']);
		expect(interaction.original?.content).toContain('Step 1');
	});
});
