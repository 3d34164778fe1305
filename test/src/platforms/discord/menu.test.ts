import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { seedOf } from '../../../../gpu/jobs/index.ts';
import { OTHER } from '../../../fakes/discord/fake-discord.ts';
import { EPHEMERAL } from '../../../fakes/discord/world.ts';
import { sketch } from '../../../fakes/pictures.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	vi.restoreAllMocks();
	vi.clearAllMocks();
	bot.runner.reset();
});

const generate = () => finished(bot.discord.slash('generate', { prompt: 'a photo of a dog', seed: 7 }));

describe('“Show settings”', () => {
	test('whispers the same as the Details button', async () => {
		const message = await generate();
		const press = vi.spyOn(bot.desk, 'press').mockResolvedValue({ type: 'whisper', text: 'seed 7, *all* of it' });
		const interaction = bot.discord.menu(message, 'Show settings', OTHER);
		expect((await whispered(interaction)).content).toBe('seed 7, \\*all\\* of it');
		expect(interaction.followUps).toEqual([]);
		expect(press).toHaveBeenCalledWith(
			expect.stringMatching(/^v1:details:/),
			expect.objectContaining({ name: 'Other' }),
		);
	});

	test('says that others’ messages have none', async () => {
		const whisper = await whispered(bot.discord.menu(bot.discord.post([await sketch()]), 'Show settings'));
		expect(whisper.content).toMatch(/^This message is not from the bot/);
	});

	test('says so if the bot has forgotten its message', async () => {
		const message = await generate();
		vi.spyOn(bot.desk, 'requestAt').mockReturnValue(undefined);
		const whisper = await whispered(bot.discord.menu(message, 'Show settings'));
		expect(whisper.content).toMatch(/^The bot no longer remembers how this was made/);
	});
});

describe('“Run again”', () => {
	test('makes a request for whoever chose it, in a new message', async () => {
		const message = await generate();
		const again = await finished(bot.discord.menu(message, 'Run again', OTHER));
		expect(again.id).not.toBe(message.id);
		expect(again.flags & EPHEMERAL).toBe(0);
		const [first, second] = bot.runner.submitted;
		expect(second).toMatchObject({ owner: `discord:${OTHER.id}`, job: { prompt: 'a photo of a dog' } });
		expect(seedOf(second.job)).not.toBe(seedOf(first.job));
	});

	test('works on the answer to a button', async () => {
		const again = await finished(bot.discord.press(await generate(), 'Again, new seed'));
		await finished(bot.discord.menu(again, 'Run again'));
		expect(bot.runner.submitted).toHaveLength(3);
	});

	test('is refused in private if the desk refuses it', async () => {
		const message = await generate();
		vi.spyOn(bot.desk, 'press').mockResolvedValue({
			type: 'whisper',
			text: 'You are currently blocked from using the bot.',
		});
		const interaction = bot.discord.menu(message, 'Run again', OTHER);
		const whisper = await whispered(interaction);
		expect(whisper.content).toBe('You are currently blocked from using the bot.');
		await until('the public message to go', () => interaction.original?.deleted);
	});
});

test('a command registered by an older version of the bot is answered in private', async () => {
	bot.discord.world.commands.push({ id: '1', name: 'Make it blue', type: 3 });
	const whisper = await whispered(bot.discord.menu(bot.discord.post([await sketch()]), 'Make it blue'));
	expect(whisper.content).toMatch(/^This command no longer exists/);
});
