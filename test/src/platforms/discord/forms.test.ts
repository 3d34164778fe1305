import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RawOptions } from '../../../../commands/lib/options.ts';
import { UserError } from '../../../../gpu/jobs/index.ts';
import type { PressOutcome } from '../../../../src/desk/view.ts';
import { warmUp } from '../../../../src/uploads/picture.ts';
import { OTHER } from '../../../fakes/discord/fake-discord.ts';
import { attachmentJson } from '../../../fakes/discord/message-json.ts';
import { EPHEMERAL, type FakeMessage } from '../../../fakes/discord/world.ts';
import { sketch, WEB_PICTURE } from '../../../fakes/pictures.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, form, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	// A form opens at once only if a reader is already running.
	await warmUp();
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	vi.restoreAllMocks();
	vi.clearAllMocks();
	bot.runner.reset();
});

/** The parts of a message. */
interface Parts {
	/** A picture as Discord sends it. */
	readonly file: object;
}

/** Longer than the bot waits for a form before it acknowledges. */
const TOO_LATE_MS = 1000;

const generate = () => finished(bot.discord.slash('generate', { prompt: 'a photo of a dog', seed: 7 }));

/** Makes every press lead to the form of /edit with these options. */
function leadToForm(options: RawOptions, afterMs = 0) {
	const outcome: PressOutcome = { type: 'form', command: 'edit', options };
	return vi.spyOn(bot.desk, 'press').mockImplementation(async () => {
		await new Promise((resolve) => setTimeout(resolve, afterMs));
		return outcome;
	});
}

const stored = async (background: string) => {
	const png = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
		.png()
		.toBuffer();
	return { blob: await bot.desk.blobs.put(png), name: 'earlier.png' };
};

describe('“Use as sketch” in a message’s menu', () => {
	test('opens the form of /edit, whose answer becomes a request with the picture', async () => {
		const message = bot.discord.post([await sketch('tower.png')], OTHER);
		const interaction = bot.discord.menu(message, 'Use as sketch');
		expect((await form(interaction)).title).toBe('/edit');
		const answer = await finished(bot.discord.submit(interaction, { prompt: 'a lighthouse', start: '5' }));
		expect(answer.flags & EPHEMERAL).toBe(0);
		expect(answer.attachments[0].description).toContain('tower.png');
		const [{ job }] = bot.runner.submitted;
		expect(job).toMatchObject({ kind: 'edit', prompt: 'a lighthouse', starts: [5] });
		const input = await bot.desk.blobs.get((job as { image: string }).image);
		expect(await sharp(input).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 });
	});

	test('works on the bot’s own pictures', async () => {
		const interaction = bot.discord.menu(await generate(), 'Use as sketch', OTHER);
		await form(interaction);
		const answer = await finished(bot.discord.submit(interaction, { start: '5' }, OTHER));
		expect(answer.attachments[0].description).toContain('generate-7.png');
		expect(bot.runner.submitted.at(-1)).toMatchObject({ owner: `discord:${OTHER.id}`, job: { kind: 'edit' } });
	});

	test.each<[string, (part: Parts) => Partial<FakeMessage>]>([
		['a message that is forwarded', ({ file }) => ({ forwarded: [{ content: '', attachments: [file], embeds: [] }] })],
		['an embed', () => ({ embeds: [{ type: 'rich', image: { url: 'http://a.b/x.png', proxy_url: WEB_PICTURE } }] })],
		[
			'a link that unfolded',
			() => ({ embeds: [{ type: 'image', url: WEB_PICTURE, thumbnail: { url: WEB_PICTURE } }] }),
		],
		['an embed of a message that is forwarded', () => ({ forwarded: [{ embeds: [{ image: { url: WEB_PICTURE } }] }] })],
		['a link', () => ({ content: `look: <${WEB_PICTURE}>, nice` })],
		['a link in a message that is forwarded', () => ({ forwarded: [{ content: WEB_PICTURE }] })],
	])('takes the picture of %s', async (_, shown) => {
		const { world } = bot.discord;
		const upload = { ...(await sketch()), description: undefined, spoiler: false };
		const file = attachmentJson({ ...upload, ...world.addFile(upload) }, new URL(bot.discord.rest.api).origin);
		const message = Object.assign(bot.discord.post([], OTHER), shown({ file }));
		const interaction = bot.discord.menu(message, 'Use as sketch');
		await form(interaction);
		await finished(bot.discord.submit(interaction, { prompt: 'a lighthouse', start: '5' }));
		const [{ job }] = bot.runner.submitted;
		const input = await bot.desk.blobs.get((job as { image: string }).image);
		expect(await sharp(input).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 });
	});

	test('says so if a link is not public', async () => {
		const message = Object.assign(bot.discord.post([]), { content: 'https://127.0.0.1/secret.png' });
		const whisper = await whispered(bot.discord.menu(message, 'Use as sketch'));
		expect(whisper.content).toContain('leads to a network that is not public');
	});

	test('says so if there is no picture', async () => {
		const note = { name: 'notes.txt', type: 'text/plain', bytes: new TextEncoder().encode('hello') };
		const whisper = await whispered(bot.discord.menu(bot.discord.post([note]), 'Use as sketch'));
		expect(whisper.content).toMatch(/^This message has no picture as a file, in an embed or as a link;/);
	});

	test('says so if the file is not a picture', async () => {
		const fake = { name: 'fake.png', type: 'image/png', bytes: new TextEncoder().encode('hello') };
		const whisper = await whispered(bot.discord.menu(bot.discord.post([fake]), 'Use as sketch'));
		expect(whisper.content).toContain('fake.png is not a picture that can be read');
		expect(bot.log.error).not.toHaveBeenCalled();
	});

	test('refuses in private what the form cannot check', async () => {
		const interaction = bot.discord.menu(bot.discord.post([await sketch()]), 'Use as sketch');
		await form(interaction);
		const sent = bot.discord.submit(interaction, { start: 'soon' });
		const whisper = await until('a private answer', () => sent.followUps[0]);
		expect(whisper).toMatchObject({ content: expect.stringContaining('start must be'), flags: EPHEMERAL | 4 });
		await until('the public message to go', () => sent.original?.deleted);
	});

	test('survives a restart between form and answer, which carries all that is needed', async () => {
		const interaction = bot.discord.menu(bot.discord.post([await sketch()]), 'Use as sketch');
		const { custom_id } = await form(interaction);
		expect(custom_id).toMatch(/^form:edit:[0-9a-f]{64}:sketch\.png$/);
	});
});

describe('“Inpaint this”', () => {
	test('has a mask in its form', async () => {
		const interaction = bot.discord.menu(bot.discord.post([await sketch('photo.png')]), 'Inpaint this');
		const { components } = await form(interaction);
		expect(components[0]).toMatchObject({ label: 'mask', component: { type: 19 } });
		const mask = await sketch('mask.png');
		const answer = await finished(bot.discord.submit(interaction, { mask, prompt: 'a hat', rule: 'clean' }));
		expect(answer.content).toContain('photo.png, redrawn where the mask is white as “a hat”');
		expect(bot.runner.submitted[0].job).toMatchObject({ kind: 'inpaint', area: { by: 'mask' }, rule: 'clean' });
	});
});

test('“Edit settings” opens the form of the same command, filled with the request’s options', async () => {
	const message = await finished(
		bot.discord.slash('generate', { prompt: 'a photo of a dog', count: 2, seed: 7, steps: 3, sampler: 'ddim' }),
	);
	const press = bot.discord.press(message, 'Edit settings', OTHER);
	const { title, components } = await form(press);
	expect(title).toBe('/generate');
	const filled = Object.fromEntries(components.map(({ component }) => [component.custom_id, component.value]));
	expect(filled).toMatchObject({ prompt: 'a photo of a dog', count: '2', seed: '7' });
	const answer = await finished(bot.discord.submit(press, { prompt: 'a photo of a cat', count: '1' }, OTHER));
	expect(answer.content).toMatch(/\n-# Asked by Other\.$/);
	const { job, owner } = bot.runner.submitted.at(-1)!;
	expect(owner).toBe(`discord:${OTHER.id}`);
	expect(job).toMatchObject({ prompt: 'a photo of a cat', count: 1, seed: 7, steps: 3, sampler: 'ddim' });
});

test('“Edit settings” drops an emptied field, and keeps options that the form does not show', async () => {
	const set = { prompt: 'a dog', count: 2, seed: 7, steps: 3, guidance: 5, negative: 'rain', sampler: 'ddim' };
	const press = bot.discord.press(await finished(bot.discord.slash('generate', set)), 'Edit settings');
	const { components } = await form(press);
	expect(components.map(({ label }) => label)).toEqual(['prompt', 'count', 'seed', 'steps', 'guidance']);
	const answer = await finished(bot.discord.submit(press, { count: '', seed: '', steps: '', guidance: ' ' }));
	expect(answer.content).not.toContain('--steps');
	const { job } = bot.runner.submitted.at(-1)!;
	expect(job).toMatchObject({ prompt: 'a dog', count: 1, negativePrompt: 'rain', sampler: 'ddim' });
	expect(job).toHaveProperty('seed', expect.any(Number));
	expect(job).not.toMatchObject({ seed: 7 });
	expect(job).not.toHaveProperty('steps');
	expect(job).not.toHaveProperty('guidance');
});

test('“Vary” makes four variations of the picture, in the presser’s own message', async () => {
	const varied = await finished(bot.discord.press(await generate(), 'Vary', OTHER));
	expect(varied.content).toMatch(/\n-# Asked by Other\.$/);
	expect(varied.attachments).toHaveLength(1);
	expect(bot.runner.submitted.at(-1)!.job).toMatchObject({ kind: 'edit', prompt: 'a photo of a dog', count: 4 });
});

describe('a button for a form', () => {
	test.each([
		['Use as input', '/edit', 'prompt'],
		['Inpaint', '/inpaint', 'mask'],
	])('%s opens that of %s, with the picture shown', async (label, title, firstField) => {
		const interaction = bot.discord.press(await generate(), label, OTHER);
		const shown = await form(interaction);
		expect(shown).toMatchObject({ title, components: [{ label: firstField }, {}, {}, {}, {}] });
		const value = firstField === 'mask' ? await sketch('mask.png') : 'a house';
		await finished(bot.discord.submit(interaction, { [firstField]: value }, OTHER));
		const [made, next] = bot.runner.submitted;
		expect(made.job.kind).toBe('generate');
		expect(next).toMatchObject({ owner: `discord:${OTHER.id}`, job: { kind: title.slice(1) } });
	});

	test('opens it as the first response, prefilled, and keeps options that the form does not show', async () => {
		const message = await generate();
		const image = await stored('#102030');
		leadToForm({ image, prompt: 'a dog', start: '3', steps: 6, guidance: 5, negative: 'rain', count: 2 });
		const interaction = bot.discord.press(message, 'Delete', OTHER);
		const { components, custom_id } = await form(interaction);
		expect(custom_id).toMatch(/^form:v1:delete:/);
		expect(components.find(({ label }) => label === 'prompt')?.component.value).toBe('a dog');
		expect(components.map(({ label }) => label)).not.toContain('count');
		await finished(bot.discord.submit(interaction, { prompt: 'a cat' }, OTHER));
		expect(bot.runner.submitted.at(-1)).toMatchObject({
			owner: `discord:${OTHER.id}`,
			job: { kind: 'edit', image: image.blob, prompt: 'a cat', steps: 6, count: 2, starts: [3] },
		});
	});

	test('answers with a button for the form if the desk takes too long', async () => {
		const message = await generate();
		const press = leadToForm({ image: await stored('#203040') }, TOO_LATE_MS);
		const late = bot.discord.press(message, 'Delete');
		const whisper = await whispered(late);
		expect(late.callback?.type).toBe(6);
		expect(whisper.content).toBe('The form for /edit is ready.');
		press.mockRestore();
		leadToForm({ image: await stored('#203040') });
		expect((await form(bot.discord.press(whisper, 'Open the form'))).title).toBe('/edit');
	});

	test('says so if its request is gone when the form comes back', async () => {
		const message = await generate();
		const press = leadToForm({ image: await stored('#304050') });
		const interaction = bot.discord.press(message, 'Delete');
		await form(interaction);
		press.mockResolvedValue({ type: 'whisper', text: 'This picture is no longer stored.' });
		const sent = bot.discord.submit(interaction);
		const whisper = await until('a private answer', () => sent.followUps[0]);
		expect(whisper.content).toBe('This picture is no longer stored.');
	});
});

test('a picture that takes too long to fetch is answered with a button for its form', async () => {
	const image = await sketch();
	vi.spyOn(bot.desk.blobs, 'put').mockImplementationOnce(async () => {
		await new Promise((resolve) => setTimeout(resolve, TOO_LATE_MS));
		throw new UserError('The disk is full.');
	});
	const failed = bot.discord.menu(bot.discord.post([image]), 'Use as sketch');
	await until('the acknowledgement', () => failed.callback);
	expect(failed.callback).toMatchObject({ type: 5 });
	const { put } = bot.desk.blobs;
	vi.spyOn(bot.desk.blobs, 'put').mockImplementationOnce(async (bytes) => {
		await new Promise((resolve) => setTimeout(resolve, TOO_LATE_MS));
		return put(bytes);
	});
	const whisper = await whispered(bot.discord.menu(bot.discord.post([image]), 'Use as sketch'));
	expect(whisper.content).toBe('The form for /edit is ready.');
	const opened = bot.discord.press(whisper, 'Open the form');
	expect((await form(opened)).custom_id).toMatch(/^form:edit:[0-9a-f]{64}:sketch\.png$/);
});

test('a form of an older version of the bot is answered in private', async () => {
	const interaction = bot.discord.menu(bot.discord.post([await sketch()]), 'Use as sketch');
	await form(interaction);
	Object.assign(interaction.callback!.data!, { custom_id: 'form-of-long-ago' });
	expect((await whispered(bot.discord.submit(interaction))).content).toBe('This form is too old. Open it again.');
});
