import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { seedOf } from '../../../../gpu/jobs/index.ts';
import { OTHER, TEACHER, VISITOR } from '../../../fakes/discord/fake-discord.ts';
import { EPHEMERAL, type FakeInteraction, type FakeMessage, type FakeUser } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	vi.clearAllMocks();
	bot.runner.reset();
});

/** The private answer to the presser. */
async function whisper(interaction: FakeInteraction): Promise<string> {
	const message = await until('a private answer', () => interaction.followUps[0]);
	expect(message.flags & EPHEMERAL).toBe(EPHEMERAL);
	return message.content;
}

const generate = () => finished(bot.discord.slash('generate', { prompt: 'a photo of a dog', seed: 7 }));

/** Starts a request that stops at its first step. */
async function running(): Promise<FakeMessage> {
	bot.runner.holdAt = 1;
	const interaction = bot.discord.slash('generate', { prompt: 'a slow dog' });
	return until('progress', () => interaction.original?.content.includes('Step 1') && interaction.original);
}

const deleted = (message: FakeMessage) => until('the message to go', () => message.deleted);

describe('flip', () => {
	const anagram = () =>
		finished(bot.discord.slash('anagram', { prompt: 'an old man', prompt2: 'a campfire', seed: 5 }));

	test('answers with a new message that names the presser, and leaves the first for everybody', async () => {
		const message = await anagram();
		const before = { content: message.content, attachments: message.attachments, versions: message.versions.length };
		expect(message.content).toContain('“an old man” (upright)');
		expect(message.content).toMatch(/\n-# Asked by Student\.$/);
		const flipped = await finished(bot.discord.press(message, 'Flip', OTHER));
		expect(flipped.content).toContain('“a campfire” (seen through the view flip)');
		expect(flipped.content).toMatch(/\n-# Shown this way to Other; asked by Student\.$/);
		expect(flipped.attachments).toHaveLength(1);
		expect(flipped.attachments[0].description).toMatch(/seen through the view flip.*a campfire/);
		const { content, attachments, versions } = message;
		expect({ content, attachments, versions: versions.length }).toEqual(before);
		expect([...message.pinged, ...flipped.pinged]).toEqual([]);
		const back = await finished(bot.discord.press(flipped, 'Flip'));
		expect(back.attachments[0].bytes).toEqual(message.attachments[0].bytes);
		expect(bot.runner.submitted).toHaveLength(1);
	});

	test('has an answer with its own settings, which is deleted alone', async () => {
		const message = await anagram();
		const flipped = await finished(bot.discord.press(message, 'Flip', OTHER));
		const settings = await whispered(bot.discord.menu(flipped, 'Show settings'));
		expect(settings.content).toMatch(/^Asked by Student; shown this way to Other on /);
		bot.discord.press(flipped, 'Delete', OTHER);
		await deleted(flipped);
		expect(message.deleted).toBe(false);
		await finished(bot.discord.press(message, 'Flip', OTHER));
	});
});

describe('again', () => {
	test('makes a new message for the presser, with another seed, and leaves the old one', async () => {
		const message = await generate();
		const before = message.versions.length;
		const interaction = bot.discord.press(message, 'Again, new seed', OTHER);
		const again = await finished(interaction);
		expect(again.id).not.toBe(message.id);
		expect(again.flags & EPHEMERAL).toBe(0);
		expect(again.attachments).toHaveLength(1);
		expect(message.versions).toHaveLength(before);
		const [first, second] = bot.runner.submitted;
		expect(second).toMatchObject({ owner: `discord:${OTHER.id}`, job: { prompt: 'a photo of a dog' } });
		expect(seedOf(second.job)).not.toBe(seedOf(first.job));
	});

	test('has a result that the presser can repeat and delete', async () => {
		const again = await finished(bot.discord.press(await generate(), 'Again, new seed', OTHER));
		expect(await whisper(bot.discord.press(again, 'Delete'))).toContain('Only Other or staff');
		bot.discord.press(again, 'Delete', OTHER);
		await deleted(again);
	});
});

describe('delete', () => {
	test.each<[string, FakeUser]>([
		['a stranger', OTHER],
		['a visitor who brought the bot along', VISITOR],
	])('by %s is refused in private', async (_who, user) => {
		const message = await generate();
		expect(await whisper(bot.discord.press(message, 'Delete', user))).toBe('Only Student or staff can delete this.');
		expect(message.deleted).toBe(false);
	});

	test('can be undone by the same person, with the same picture in a new message', async () => {
		const message = await generate();
		const press = bot.discord.press(message, 'Delete');
		expect(await whisper(press)).toBe('Deleted. You can undo this for a minute.');
		expect(message.deleted).toBe(true);
		const back = await finished(bot.discord.press(press.followUps[0], 'Undo'));
		expect(back.flags & EPHEMERAL).toBe(0);
		expect(back.content).toBe(message.content);
		expect(back.attachments[0].bytes).toEqual(message.attachments[0].bytes);
		await finished(bot.discord.press(back, 'Same seed'));
	});

	test('by the owner deletes the message', async () => {
		const message = await generate();
		bot.discord.press(message, 'Delete');
		await deleted(message);
	});

	test('by a manager of the server deletes the message', async () => {
		const message = await generate();
		bot.discord.press(message, 'Delete', TEACHER);
		await deleted(message);
	});
});

describe('cancel', () => {
	test('by a stranger is refused in private, and the job goes on', async () => {
		const message = await running();
		expect(await whisper(bot.discord.press(message, 'Cancel', OTHER))).toBe('Only Student or staff can cancel this.');
		bot.runner.holdAt = undefined;
		await until('the picture', () => message.attachments[0]?.name.startsWith('generate'));
	});

	test.each<[string, FakeUser | undefined]>([
		['the owner', undefined],
		['staff', TEACHER],
	])('by %s ends a running job', async (_who, user) => {
		const message = await running();
		const interaction = bot.discord.press(message, 'Cancel', user);
		expect(await whisper(interaction)).toBe('Cancelling.');
		await until('the last state', () => message.content.includes('Cancelled.'));
		expect(message).toMatchObject({ attachments: [], components: [] });
	});
});

describe('an outdated button', () => {
	test.each(['v1:again:forgotten', 'v0:again:x', 'colour', 'v1:flip:'])('%s is answered in private', async (id) => {
		const message = await generate();
		expect(await whisper(bot.discord.pressId(message, id))).toMatch(/^This button is too old/);
		expect(message.deleted).toBe(false);
	});

	test('with an action of another command is answered in private', async () => {
		const message = await generate();
		const again = message.components[0].components.find(({ label }) => label === 'Again, new seed');
		const id = again!.custom_id.replace('again', 'flip');
		expect(await whisper(bot.discord.pressId(message, id))).toBe('This button does not work on this message.');
	});
});
