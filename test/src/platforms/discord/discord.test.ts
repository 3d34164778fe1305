import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { IN_PRIVATE, OTHER, STUDENT } from '../../../fakes/discord/fake-discord.ts';
import { read } from '../../../fakes/discord/markdown.ts';
import { CHANNEL, EPHEMERAL, LOADING } from '../../../fakes/discord/world.ts';
import { sketch } from '../../../fakes/pictures.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, EDIT_INTERVAL_MS, finished, startBot } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	vi.clearAllMocks();
	bot.runner.reset();
});

/** The buttons of every result. */
const GENERAL = ['Again, new seed', 'Same seed', 'Edit settings', 'Details', 'Report', 'Delete'];

const labels = (message: { components: { components: { label: string }[] }[] }) =>
	message.components.flatMap((row) => row.components.map(({ label }) => label));

test('the bot is online without any intent, and says under which name', () => {
	expect(bot.greeting).toBe('Discord: online as flipside.');
	expect(bot.discord.gateway.intents).toBe(0);
});

describe('a command', () => {
	test('/generate shows “thinking” at once, then a picture with alt text, seed and buttons', async () => {
		const interaction = bot.discord.slash('generate', { prompt: 'a photo of a dog', seed: 180, steps: 3 });
		await until('the acknowledgement', () => interaction.callback);
		expect(interaction.callback).toMatchObject({ type: 5 });
		const message = await finished(interaction);
		expect(message.content).toContain('“a photo of a dog”: seed 180, 3 steps');
		expect(message.flags & EPHEMERAL).toBe(0);
		expect(message.attachments).toHaveLength(1);
		const [picture] = message.attachments;
		expect(picture.name).toBe('generate-180.png');
		expect(picture.description).toMatch(/a photo of a dog.*seed 180/);
		expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
		expect(labels(message)).toEqual(['Upscale', ...GENERAL.toSpliced(3, 0, 'Vary', 'Use as input', 'Inpaint')]);
		expect(bot.runner.submitted).toMatchObject([
			{ owner: `discord:${STUDENT.id}`, job: { kind: 'generate', prompt: 'a photo of a dog', seed: 180, steps: 3 } },
		]);
	});

	test('several pictures are shown as a sheet, with a button for each', async () => {
		const message = await finished(bot.discord.slash('generate', { prompt: 'a cat', count: 3, seed: 7 }));
		const [sheet, ...more] = message.attachments;
		expect(more).toEqual([]);
		expect(sheet.description).toContain('seed 7; seed 8; seed 9');
		expect(labels(message)).toEqual(['1', '2', '3', ...GENERAL]);
	});

	test('/edit works on a picture from the web', async () => {
		const message = await finished(
			bot.discord.slash('edit', { image_url: 'https://pictures.test/web.png', start: '5' }),
		);
		expect(message.attachments.map(({ description }) => description)).toEqual([expect.stringContaining('web.png')]);
		const [{ job }] = bot.runner.submitted;
		const stored = await bot.desk.blobs.get((job as { image: string }).image);
		expect(await sharp(stored).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 });
	});

	test('/edit works on the attached sketch', async () => {
		const image = await sketch();
		const message = await finished(bot.discord.slash('edit', { image, prompt: 'a rocket ship', start: '5, 10' }));
		expect(message.attachments.map(({ description }) => description)).toEqual([expect.stringContaining('sketch.png')]);
		const [{ job }] = bot.runner.submitted;
		expect(job).toMatchObject({ kind: 'edit', prompt: 'a rocket ship', starts: [5, 10] });
		const stored = await bot.desk.blobs.get((job as { image: string }).image);
		expect(await sharp(stored).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 });
	});

	test('a failed job says why, without pictures or buttons', async () => {
		bot.runner.failure = { message: 'The model does not know how.', fault: 'user' };
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog' }));
		expect(message.content).toContain('The model does not know how.');
		expect(message.content).toContain('/generate prompt:a dog');
		expect(message).toMatchObject({ attachments: [], components: [] });
	});

	test('/models answers only the person who asked', async () => {
		const interaction = bot.discord.slash('models');
		const message = await finished(interaction);
		expect(message.content).toContain('fake-if');
		expect(message.flags & EPHEMERAL).toBe(EPHEMERAL);
		expect(interaction.followUps).toEqual([]);
	});

	test('works in private messages, where nobody is staff', async () => {
		const open = vi.spyOn(bot.desk, 'open');
		const message = await finished(bot.discord.slash('generate', { prompt: 'a dog' }, IN_PRIVATE));
		expect(message.attachments).toHaveLength(1);
		expect(open.mock.lastCall![0].user).toEqual({
			id: `discord:${IN_PRIVATE.id}`,
			name: 'Shy',
			staff: false,
			roles: [],
		});
		open.mockRestore();
	});

	test('a mention in a prompt pings nobody', async () => {
		const prompt = `@everyone and <@${OTHER.id}>`;
		bot.runner.holdAt = 2;
		const interaction = bot.discord.slash('generate', { prompt });
		const message = await until('a progress edit', () => {
			return interaction.original?.content.includes('Step') && interaction.original;
		});
		bot.runner.holdAt = undefined;
		await finished(interaction);
		expect(message.versions.length).toBeGreaterThan(1);
		expect(message.content).toContain('@everyone');
		expect(message.pinged).toEqual([]);
	});
});

test('a prompt of several lines is shown as typed, during progress and in the result', async () => {
	const prompt = 'a\n>>> b\n-# c\n+ d <t:0:R> <#123> *e* `f`\n> g\n# h\n1. i';
	bot.runner.holdAt = 1;
	const interaction = bot.discord.slash('generate', { prompt, seed: 5 });
	const { content } = await until('progress', () => {
		return interaction.original?.content.includes('Step 1') && interaction.original;
	});
	expect(read(content).marks.filter((mark) => mark !== 'time')).toEqual(['small print', 'small print']);
	bot.runner.holdAt = undefined;
	const { text, marks } = read((await finished(interaction)).content);
	expect(text).toContain(`“${prompt}”: seed 5`);
	expect(marks).toEqual(['small print']);
	expect(interaction.original?.pinged).toEqual([]);
});

describe('progress', () => {
	test('is edited in with a bar and a preview, throttled, followed by the result', async () => {
		Object.assign(bot.runner, { steps: 60, stepMs: 10 });
		const started = performance.now();
		const interaction = bot.discord.slash('generate', { prompt: 'a skull' });
		const { versions } = await finished(interaction);
		const last = versions.at(-1)!;
		const running = versions.filter(({ content }) => content.includes('Step'));
		expect(running.length).toBeGreaterThanOrEqual(3);
		for (const { content, files } of running) {
			expect(content).toMatch(
				/^-# \/generate prompt:a skull.*\n[▰▱]{10} Step \d+ of 60\.( Done <t:\d+:R> \(about\)\.)?\n-# Asked by Student\.$/,
			);
			expect(files).toHaveLength(1);
			expect(files[0]).toMatchObject({
				name: 'preview.png',
				description: expect.stringMatching(/^Preview of .*a skull/),
			});
		}
		// Edits are at least an interval apart, except the first, which may come at once, and the last, which does not wait.
		const elapsed = performance.now() - started;
		expect(versions.length).toBeLessThanOrEqual(elapsed / EDIT_INTERVAL_MS + 2);
		expect(last.files.map(({ name }) => name)).toEqual([expect.stringMatching(/^generate-\d+\.png$/)]);
	});

	test('a waiting request says how many are before it', async () => {
		bot.runner.holdAt = 1;
		const first = bot.discord.slash('generate', { prompt: 'one' });
		await until('the first to run', () => first.original?.content.includes('Step 1'));
		const second = bot.discord.slash('generate', { prompt: 'two' }, OTHER);
		await until('the second to wait', () => second.original?.content.includes('Waiting: next in line.'));
		const third = bot.discord.slash('generate', { prompt: 'three' });
		await until('the third to wait', () => third.original?.content.includes('Waiting: 1 ahead of this one.'));
		bot.runner.holdAt = undefined;
		for (const each of [first, second, third]) expect((await finished(each)).attachments).toHaveLength(1);
	});
});

describe('a refusal is one private sentence, and leaves nothing in the channel:', () => {
	async function refusal(interaction: ReturnType<Bot['discord']['slash']>) {
		const whisper = await until('a private follow-up', () => interaction.followUps[0]);
		await until('the public message to go', () => interaction.original?.deleted);
		expect(whisper.flags & (EPHEMERAL | LOADING)).toBe(EPHEMERAL);
		expect(bot.runner.submitted).toEqual([]);
		expect(bot.log.error).not.toHaveBeenCalled();
		return whisper.content;
	}

	test('a picture with an address that is not public', async () => {
		const content = await refusal(bot.discord.slash('edit', { image_url: 'https://127.0.0.1/secret.png' }));
		expect(content).toContain('https://127.0.0.1/secret.png leads to a network that is not public');
	});

	test('a picture both as a file and by address', async () => {
		const image = await sketch();
		const both = { image, image_url: 'https://pictures.test/web.png' };
		const content = await refusal(bot.discord.slash('edit', both));
		expect(content).toBe('image is given twice; send a file or a web address, not both.');
	});

	test('a whole command as a prompt', async () => {
		const content = await refusal(bot.discord.slash('generate', { prompt: '/edit a dog' }));
		expect(content).toContain('“/edit a dog” is a whole command: send /edit by itself');
	});

	test('only one prompt of two', async () => {
		const content = await refusal(bot.discord.slash('anagram', { prompt2: 'a heart' }));
		expect(content).toContain('/anagram needs prompt too: a text of at most 1000 characters');
	});

	test('a missing picture', async () => {
		const content = await refusal(bot.discord.slash('edit', { prompt: 'a house' }));
		expect(content).toContain('/edit needs image: a PNG');
	});

	test('a value that only the desk can check', async () => {
		const content = await refusal(bot.discord.slash('generate', { prompt: 'a dog', model: 'nope' }));
		expect(content).toMatch(/model must be .*installed: fake-if, fake-xl/);
		expect(content).toContain('/generate prompt:a dog');
	});

	test.each([
		['a text file', 'notes.png', 'hello, I am text'],
		['an SVG', 'drawing.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
		['an empty file', 'nothing.png', ''],
	])('%s named .png', async (_what, name, text) => {
		const image = { name, type: 'image/png', bytes: new TextEncoder().encode(text) };
		const content = await refusal(bot.discord.slash('edit', { image }));
		expect(content).toContain(name);
		expect(content.split('\n')).toEqual([`-# /edit image:${name}`, expect.stringContaining(name)]);
	});

	test('a file that is too large, without fetching it', async () => {
		const image = {
			...(await sketch('huge.png')),
			claimedSize: 11 * 2 ** 20,
			claimedUrl: `${bot.discord.rest.cdn}/none`,
		};
		const content = await refusal(bot.discord.slash('edit', { image }));
		expect(content).toBe('huge.png is too large; files may have at most 10 MiB.');
	});

	test('a file that is larger than it claims', async () => {
		const image = { name: 'liar.png', type: 'image/png', bytes: new Uint8Array(11 * 2 ** 20), claimedSize: 1000 };
		const content = await refusal(bot.discord.slash('edit', { image }));
		expect(content).toBe('-# /edit image:liar.png\nliar.png is too large; files may have at most 10 MiB.');
	});

	test('a file that is gone', async () => {
		const image = { ...(await sketch()), claimedUrl: `${bot.discord.rest.cdn}/attachments/${CHANNEL}/0/gone.png` };
		const content = await refusal(bot.discord.slash('edit', { image }));
		expect(content).toBe('-# /edit image:sketch.png\nsketch.png could not be fetched from Discord; upload it again.');
	});

	test('a file on another server, which is not fetched', async () => {
		const fetched = vi.spyOn(globalThis, 'fetch');
		const image = { ...(await sketch()), claimedUrl: 'http://127.0.0.1:9/secret.png' };
		const interaction = bot.discord.slash('edit', { image });
		await finished(interaction, /Something went wrong/);
		expect(fetched).not.toHaveBeenCalled();
		fetched.mockRestore();
		expect(bot.log.error).toHaveBeenCalledOnce();
		expect(bot.runner.submitted).toEqual([]);
	});
});

describe('autocompletion', () => {
	async function choices(option: string, typed: string, command = 'generate') {
		const interaction = bot.discord.type(command, option, typed);
		const { data } = await until('choices', () => interaction.callback);
		return data!.choices!;
	}

	test('offers prompts and models', async () => {
		const prompts = await choices('prompt', 'lithograph');
		expect(prompts).toContainEqual({ name: 'a lithograph of a skull', value: 'a lithograph of a skull' });
		expect(prompts.length).toBeLessThan(5);
		expect(await choices('model', 'fake')).toEqual([
			{ name: 'fake-if', value: 'fake-if' },
			{ name: 'fake-xl', value: 'fake-xl' },
		]);
		expect(await choices('view', 'fl', 'anagram')).toContainEqual({ name: 'flip', value: 'flip' });
	});

	test('offers nothing for an option that no longer exists', async () => {
		expect(await choices('colour', 'r')).toEqual([]);
	});
});
