/** What a message shows on the way: milestones, its files, and its last state. */
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Show } from '../../../../src/desk/view.ts';
import type { DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import type { MessageRef } from '../../../../src/store/records.ts';
import { CREATE_THREADS, IN_PRIVATE, PUBLIC_THREAD } from '../../../fakes/discord/fake-discord.ts';
import { type FakeInteraction, THREAD } from '../../../fakes/discord/world.ts';
import { bands } from '../../../fakes/fake-runner.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, startBot } from './bot.ts';
import { generate, logged, messageRefOf, old, resumed, view } from './following.ts';

let bot: Bot;

const start = async (deps?: Partial<DiscordDeps>) => {
	bot = await startBot(deps);
};
beforeEach(() => start());
afterEach(() => bot.stop());

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
		const { messageRef } = await messageRefOf(bot, generate(bot));
		await bot.platform.follow!(messageRef, reached('After epoch 1.', 'After epoch 2.'));
		await bot.platform.follow!(messageRef, reached('After epoch 3.'));
		expect([...bot.discord.world.threads]).toEqual([[messageRef.message, { name: '/mnist train' }]]);
		expect(inThread().map(({ thread, content }) => [thread, content])).toEqual(
			[1, 2, 3].map((epoch) => [messageRef.message, `After epoch ${epoch}.`]),
		);
		expect(logged(bot, 'warn')).toEqual([]);
	});

	test('continue in that thread if the message continues in a new one after a restart', async () => {
		const { messageRef } = await messageRefOf(bot, generate(bot));
		const { world } = bot.discord;
		const ref = old(bot, messageRef);
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
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot, user));
		await bot.platform.follow!(messageRef, reached('After epoch 1.', 'After epoch 2.'));
		expect(inThread()).toEqual([]);
		expect(interaction.original?.content).toBe('Trained.');
		expect(logged(bot, 'warn')).toEqual(warnings);
	});
});

describe('the files of a message', () => {
	const figure = (name: string, bytes: Uint8Array) => {
		return { bytes, type: 'image/png', width: 8, height: 8, alt: `The ${name}`, filename: `${name}.png` } as const;
	};
	const png = async (seed: number) => new Uint8Array(await bands(seed, 1));

	test('are not sent again if they stay the same', async () => {
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot));
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
		const { interaction, messageRef } = await messageRefOf(bot, generate(bot));
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
		const interaction = generate(bot)();
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
		expect(logged(bot, 'error')).toEqual([]);
		expect(logged(bot, 'warn')).toContain('Discord did not accept an answer; trying again');
	});

	test('is given up and logged if Discord does not recover', async () => {
		const interaction = await endInTrouble();
		await until('the log', () => logged(bot, 'warn').includes('and the message could not say so'));
		expect(logged(bot, 'error')).toEqual(['Discord did not accept an answer']);
		expect(interaction.original?.content).toContain('Step 1');
	});
});
