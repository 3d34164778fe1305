import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../../../gpu/jobs/index.ts';
import { RESTARTING } from '../../../../src/desk/view.ts';
import type { DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { OTHER } from '../../../fakes/discord/fake-discord.ts';
import {
	BOT_TOKEN,
	CHANNEL,
	EPHEMERAL,
	type FakeInteraction,
	type FakeMessage,
	GUILD,
} from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot } from './bot.ts';

let bot: Bot;

const start = async (deps?: Partial<DiscordDeps>) => {
	bot = await startBot(deps);
};
beforeEach(() => start());
afterEach(() => bot.stop());

/** Starts a request that stops at its first step until `holdAt` is cleared. */
async function running(command = 'generate'): Promise<FakeInteraction> {
	bot.runner.holdAt = 1;
	const interaction = bot.discord.slash(command, { prompt: 'a dog' });
	await until('progress', () => interaction.original?.content.includes('Step 1'));
	return interaction;
}

const lastVersion = (interaction: FakeInteraction) => interaction.original!.versions.at(-1)!;
const logged = (level: 'error' | 'warn') => bot.log[level].mock.calls.map(([, message]) => message);

describe('a rate limit', () => {
	test.each(['/webhooks/', '/interactions/'])('at %s is waited out', async (path) => {
		bot.discord.world.rateLimitNext = path;
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog' }));
		expect(message.attachments).toHaveLength(1);
		expect(bot.discord.world.rateLimitNext).toBeUndefined();
		expect(logged('error')).toEqual([]);
	});
});

describe('an expired interaction token', () => {
	test('is replaced by the bot’s own token', async () => {
		const interaction = await running();
		bot.discord.world.tokensExpired = true;
		bot.runner.holdAt = undefined;
		const message = await finished(interaction);
		expect(message.attachments).toHaveLength(1);
		expect(message.attachments[0].description).toContain('a dog');
		expect(lastVersion(interaction).by).toBe('bot token');
		const edits = bot.discord.world.requests.filter(({ path }) => path.startsWith('/channels/'));
		expect(edits.every(({ authorization }) => authorization === `Bot ${BOT_TOKEN}`)).toBe(true);
	});

	test('is replaced ahead of time, by the clock', async () => {
		await bot.stop();
		await start({ timing: { tokenLifetimeMs: 0 } });
		const interaction = bot.discord.slash('generate', { prompt: 'a dog' });
		await finished(interaction);
		expect(interaction.original!.versions.every(({ by }) => by === 'bot token')).toBe(true);
	});

	test('is logged once in a channel that the bot is not in', async () => {
		const interaction = await running();
		Object.assign(bot.discord.world, { tokensExpired: true, botInChannel: false });
		Object.assign(bot.runner, { holdAt: 3 });
		const tries = () => bot.discord.world.requests.filter(({ path }) => path.startsWith('/channels/')).length;
		await until('a try with the bot’s token', tries);
		bot.runner.holdAt = undefined;
		await until('the job to end', () => bot.store.open().length === 0);
		await until('the log', () => logged('warn').length > 0);
		await bot.platform.stop();
		expect(tries()).toBe(1);
		expect(logged('warn')).toEqual(['a Discord message is out of reach']);
		expect(logged('error')).toEqual([]);
		expect(lastVersion(interaction).content).toContain('Step 1');
	});

	test('ends a private answer, which the bot’s own token cannot edit', async () => {
		await bot.stop();
		await start({ timing: { tokenLifetimeMs: 0 } });
		bot.discord.slash('models');
		await until('the log', () => logged('warn').includes('a Discord message is out of reach'));
		expect(bot.discord.world.requests.filter(({ path }) => path.startsWith('/channels/'))).toEqual([]);
	});
});

describe('a fault', () => {
	test('in a result that Discord rejects ends with a sentence, and the bot goes on', async () => {
		bot.discord.world.refuseFile = 'generate-7.png';
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 7 }), /Something went wrong/);
		expect(message).toMatchObject({ attachments: [], components: [] });
		expect(logged('error')).toEqual(['Discord did not accept an answer']);
		const next = await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 8 }));
		expect(next.attachments).toHaveLength(1);
	});

	test('of size in a channel for small files lowers the picture’s quality, with a note', async () => {
		const ask = () => bot.discord.slash('generate', { prompt: 'a dog', count: 4, seed: 7 });
		const [whole] = (await finished(ask())).attachments;
		const limit = whole.bytes.length - 1;
		bot.discord.world.maxFileBytes = limit;
		const message = await finished(ask());
		const [{ name, bytes, description }] = message.attachments;
		expect(name).toBe('generate-7-sheet.webp');
		expect(bytes.length).toBeLessThanOrEqual(limit);
		expect(description).toContain('seed 7; seed 8');
		expect(message.content).toContain('generate-7-sheet.webp is shown at reduced quality here.');
		expect(logged('error')).toEqual([]);
	});

	test('in a preview that Discord rejects only costs the preview', async () => {
		bot.discord.world.refuseFile = 'preview.png';
		bot.runner.holdAt = 1;
		const interaction = bot.discord.slash('generate', { prompt: 'a dog' });
		await until('the log', () => logged('warn').includes('Discord did not accept a progress edit'));
		bot.runner.holdAt = undefined;
		await until('the picture', () => interaction.original?.attachments[0]?.name.startsWith('generate'));
		expect(logged('error')).toEqual([]);
	});

	test('of the desk at a press is reported to the presser', async () => {
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog' }));
		vi.spyOn(bot.desk, 'press').mockRejectedValueOnce(new Error('a bug'));
		const interaction = bot.discord.press(message, 'Delete');
		const answer = await until('a private answer', () => interaction.followUps[0]);
		expect(answer.content).toMatch(/^Something went wrong/);
		expect(answer.flags & EPHEMERAL).toBe(EPHEMERAL);
		expect(logged('error')).toEqual(['an interaction failed']);
		expect(message.deleted).toBe(false);
	});

	test('of the user at a press is reported as such', async () => {
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog' }));
		vi.spyOn(bot.desk, 'press').mockRejectedValueOnce(new UserError('The picture is no longer stored.'));
		const interaction = bot.discord.press(message, 'Delete');
		const answer = await until('a private answer', () => interaction.followUps[0]);
		expect(answer).toMatchObject({ content: 'The picture is no longer stored.', flags: EPHEMERAL });
		expect(logged('error')).toEqual([]);
	});

	test('in a message that somebody deleted is ignored', async () => {
		const interaction = await running();
		interaction.original!.deleted = true;
		bot.runner.holdAt = undefined;
		await until('the log', () => logged('warn').includes('a Discord message is out of reach'));
		expect(logged('error')).toEqual([]);
	});

	test('never puts a token into the log', async () => {
		const first = await running();
		bot.discord.world.refuseFile = 'generate-7.png';
		first.original!.deleted = true;
		bot.runner.holdAt = undefined;
		await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 7 }), /Something went wrong/);
		const everything = JSON.stringify([bot.log.error.mock.calls, bot.log.warn.mock.calls]);
		expect(everything).toContain('Invalid Form Body');
		expect(everything).not.toContain(BOT_TOKEN);
		for (const { token } of bot.discord.world.interactions) expect(everything).not.toContain(token);
	});
});

describe('a report', () => {
	const REPORTS = '300000000000000009';
	/** Somebody reports a message and confirms. */
	async function report(message: FakeMessage): Promise<FakeMessage> {
		const asked = bot.discord.press(message, 'Report', OTHER);
		const question = await until('the question', () => asked.followUps[0]);
		expect(question.flags & EPHEMERAL).toBe(EPHEMERAL);
		expect(question.content).toMatch(/^Should the class staff look/);
		expect(reports()).toEqual([]);
		const press = bot.discord.press(question, 'Report', OTHER);
		return until('a private answer', () => press.followUps[0]);
	}
	const reports = () => bot.discord.world.requests.filter(({ path }) => path === `/channels/${REPORTS}/messages`);

	test('goes to the reports channel, with a link to the message', async () => {
		await bot.stop();
		await start({ reportChannel: REPORTS });
		bot.desk.resume([bot.platform]);
		const message = await finished(bot.discord.slash('generate', { prompt: '<@1> a dog', seed: 7 }));
		const answer = await report(message);
		expect(answer.content).toMatch(/^Thank you/);
		const [{ body, authorization }] = await until('the report', () => reports().length > 0 && reports());
		expect(authorization).toBe(`Bot ${BOT_TOKEN}`);
		expect(body.content).toContain('Other reported a picture of Student');
		expect(body.content).toContain(`https://discord.com/channels/${GUILD}/${CHANNEL}/${message.id}`);
		expect(body.allowed_mentions).toEqual({ parse: [] });
	});

	test('is acknowledged even if the bot cannot pass it on, which is logged', async () => {
		await bot.stop();
		await start({ reportChannel: REPORTS });
		bot.desk.resume([bot.platform]);
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog', seed: 7 }));
		bot.discord.world.botInChannel = false;
		await report(message);
		await until('the log', () => logged('error').includes('a report could not be passed on'));
	});
});

test('the session is resumed and commands work after the gateway connection dropped', async () => {
	bot.discord.gateway.drop();
	await until('the session', () => bot.discord.gateway.resumes > 0, 10_000);
	const message = await finished(bot.discord.slash('generate', { prompt: 'a dog' }));
	expect(message.attachments).toHaveLength(1);
});

describe('stopping', () => {
	test('waits for an answer that is almost done', async () => {
		await bot.stop();
		await start({ timing: { stopGraceMs: 5000 } });
		const interaction = await running();
		bot.runner.holdAt = undefined;
		await bot.platform.stop();
		expect(lastVersion(interaction).files.map(({ name }) => name)).toEqual([expect.stringMatching(/^generate-/)]);
	});

	test('tells people whose requests stay open', async () => {
		const first = await running();
		const second = bot.discord.slash('generate', { prompt: 'a cat' }, OTHER);
		await until('the second to wait', () => second.original?.content.includes('Waiting'));
		await bot.platform.stop();
		for (const each of [first, second]) {
			expect(lastVersion(each).content).toBe(RESTARTING);
			expect(each.original).toMatchObject({ attachments: [], components: [] });
		}
	});

	test('refuses new requests meanwhile', async () => {
		await running();
		const stopped = bot.platform.stop();
		const late = bot.discord.slash('generate', { prompt: 'a late dog' }, OTHER);
		await until('a private answer', () => late.original);
		expect(late.original).toMatchObject({
			content: 'The bot is shutting down; try again in a minute.',
			flags: EPHEMERAL,
		});
		await stopped;
		expect(bot.runner.submitted).toHaveLength(1);
	});
});
