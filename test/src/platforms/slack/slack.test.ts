import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { buttonsOf, wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { CHANNEL, OTHER, STUDENT } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, EDIT_INTERVAL_MS, finished, picturesOf, startBot, whispered } from './bot.ts';

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
	let bot: Bot;

	beforeAll(async () => {
		bot = await startBot({ commandPrefix: 'if-' }, transport);
	});
	afterAll(() => bot.stop());
	beforeEach(() => {
		vi.clearAllMocks();
		bot.runner.reset();
		bot.world.messages.clear();
		bot.world.calls.length = 0;
	});

	const labels = (message: Parameters<typeof buttonsOf>[0]) => buttonsOf(message).map(({ text }) => text.text);

	test('the bot says under which name and where it is online', () => {
		expect(bot.greeting).toMatch(/^Slack: online in Class as flipside/);
	});

	test('/flipside generate shows progress, then a new message with the picture, alt text, seed and buttons', async () => {
		await bot.slack.slash('/flipside', 'generate “a photo of a dog” —seed 180 --steps 3');
		const message = await finished(bot.world);
		await until('the first message to go', () => bot.world.shown().length === 1);
		expect(message.channel).toBe(CHANNEL);
		expect(wordsOf(message)).toContain('“a photo of a dog”: seed 180, 3 steps');
		const [{ alt, file }, ...more] = picturesOf(bot.world, message);
		expect(more).toEqual([]);
		expect(alt).toMatch(/a photo of a dog.*seed 180/);
		expect(file).toMatchObject({ name: 'generate-180.png', altText: undefined, channel: undefined });
		expect(await sharp(file.bytes).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
		expect(labels(message)).toEqual(expect.arrayContaining(['Upscale', 'Again, new seed', 'Delete']));
		expect(bot.runner.submitted).toMatchObject([
			{ owner: `slack:${STUDENT.id}`, job: { kind: 'generate', prompt: 'a photo of a dog', seed: 180, steps: 3 } },
		]);
		const record = bot.store.get(bot.runner.submitted[0].id);
		expect(record?.messageRef).toEqual({
			platform: 'slack',
			channel: `slack:${CHANNEL}`,
			message: message.ts,
			files: file.id,
			posted: true,
		});
	});

	test('a command works by its own name with the prefix', async () => {
		await bot.slack.slash('/if-anagram', '"a tree" "a mushroom" --view flip');
		const message = await finished(bot.world);
		expect(bot.runner.submitted).toMatchObject([{ job: { kind: 'anagram', prompts: ['a tree', 'a mushroom'] } }]);
		expect(picturesOf(bot.world, message)).toHaveLength(1);
	});

	test('/flipside models answers only the person who asked', async () => {
		await bot.slack.slash('/flipside', 'models');
		expect(await whispered(bot.world, STUDENT.id)).toContain('fake-if');
		expect(bot.world.shown()).toEqual([]);
	});

	test('a failed job says why, without a result’s pictures and buttons', async () => {
		bot.runner.failure = { message: 'The model does not know how.', fault: 'user' };
		await bot.slack.slash('/flipside', 'generate a dog');
		const message = await finished(bot.world);
		expect(wordsOf(message)).toBe('/if-generate a dog\nThe model does not know how.\nAsked by student.');
		expect(picturesOf(bot.world, message)).toEqual([]);
	});

	test('progress is edited in as text with a bar, throttled, followed by the result', async () => {
		Object.assign(bot.runner, { steps: 60, stepMs: 10 });
		const started = performance.now();
		await bot.slack.slash('/flipside', 'generate a skull');
		const { versions } = await until('the message', () => bot.world.shown()[0]);
		const result = await finished(bot.world);
		const running = versions.filter((version) => wordsOf(version).includes('Step'));
		expect(running.length).toBeGreaterThanOrEqual(3);
		for (const version of running) {
			expect(wordsOf(version)).toMatch(/^\/if-generate a skull.*\n[▰▱]{10} Step \d+ of 60\./);
			expect(version.blocks.some(({ type }) => type === 'image')).toBe(false);
		}
		// Except the first, which may come at once, and the last, which does not wait.
		const elapsed = performance.now() - started;
		expect(versions.length).toBeLessThanOrEqual(elapsed / EDIT_INTERVAL_MS + 3);
		expect(picturesOf(bot.world, result)).toHaveLength(1);
	});

	test('a waiting request says how many are before it', async () => {
		bot.runner.holdAt = 1;
		await bot.slack.slash('/flipside', 'generate one');
		await until('the first to run', () => wordsOf(bot.world.shown()[0] ?? { blocks: [] }).includes('Step 1'));
		await bot.slack.slash('/flipside', 'generate two', { user: OTHER });
		await until('the second to wait', () => bot.world.shown().some((m) => /Waiting: next/.test(wordsOf(m))));
		bot.runner.holdAt = undefined;
		await until('both', () => bot.world.shown().every((m) => picturesOf(bot.world, m).length === 1));
	});

	test('a mention in a prompt pings nobody and is shown as typed', async () => {
		bot.runner.holdAt = 2;
		await bot.slack.slash('/flipside', `generate &lt;!channel&gt; and <@${OTHER.id}|other> *bold* &amp; :ghost:`);
		await until('progress', () => bot.world.shown().some((m) => wordsOf(m).includes('Step 2')));
		bot.runner.holdAt = undefined;
		const message = await finished(bot.world);
		expect(wordsOf(message)).toContain('<!channel> and @other *bold* & :ghost:');
		expect(message.text).toContain('&lt;!channel&gt; and @other');
		expect(message.pings).toEqual([]);
		const posts = bot.world.calls.filter(({ method }) => method === 'chat.postMessage');
		expect(posts[0].args).toMatchObject({ unfurl_links: false, unfurl_media: false, link_names: false, parse: 'none' });
	});

	test('a picture is posted only after Slack has processed it', async () => {
		bot.world.lookMs = 80;
		await bot.slack.slash('/flipside', 'generate a dog');
		const message = await finished(bot.world);
		bot.world.lookMs = 0;
		expect(picturesOf(bot.world, message)).toHaveLength(1);
		const looks = bot.world.calls.filter(({ method }) => method === 'files.info');
		expect(looks.length).toBeGreaterThan(1);
		expect(bot.log.warn).not.toHaveBeenCalled();
	});
});
