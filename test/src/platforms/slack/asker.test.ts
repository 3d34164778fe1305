/** Whom a message names, and who is notified after a long wait. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { OTHER, STUDENT } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot } from './bot.ts';

const LONG_MS = 300;

let bot: Bot;

beforeAll(async () => {
	bot = await startBot({ longWaitMs: LONG_MS });
});
afterAll(() => bot.stop());
beforeEach(() => {
	bot.runner.reset();
	bot.world.messages.clear();
});

/** Runs a request that takes at least this long. */
async function waited(ms: number): Promise<void> {
	bot.runner.holdAt = 1;
	await bot.slack.slash('/flipside', `generate <@${OTHER.id}> a dog <!channel>`);
	await until('progress', () => bot.world.shown().some((message) => wordsOf(message).includes('Step 1')));
	await new Promise((resolve) => setTimeout(resolve, ms));
	bot.runner.holdAt = undefined;
	await until('the end', () => bot.store.open().length === 0);
}

const pings = () => [...bot.world.messages.values()].flatMap((message) => message.pings);

test('only a person who waited long is mentioned, once and in the result', async () => {
	await waited(LONG_MS);
	const result = await finished(bot.world);
	expect(wordsOf(result)).toMatch(new RegExp(`\nAsked by <@${STUDENT.id}>\\.$`));
	expect(pings()).toEqual([STUDENT.id]);
	await bot.slack.press(result, 'Same seed', OTHER);
	await until('a second message', () => bot.world.shown().length === 2);
	expect(wordsOf(await finished(bot.world))).toMatch(/\nAsked by other\.$/);
	expect(pings()).toEqual([STUDENT.id]);
});

test('a person who waited long hears of a failure in its message’s thread', async () => {
	bot.runner.failure = { message: 'The model does not know how.', fault: 'user' };
	await waited(LONG_MS);
	await until('the call', () => pings().length > 0);
	const [message, call] = bot.world.shown();
	expect(wordsOf(message)).toContain('The model does not know how.');
	expect(call.thread).toBe(message.ts);
	expect(wordsOf(call)).toBe(`<@${STUDENT.id}> Your request has failed.`);
	expect(pings()).toEqual([STUDENT.id]);
});

test('a prompt of several lines is shown as typed', async () => {
	const prompt = 'a\n>>> b\n-# c\n+ d <t:0:R> *e* `f`\n> g &amp; <!here>';
	await bot.slack.submit(await form(), { prompt, seed: '5' });
	const message = await finished(bot.world, /seed 5/);
	expect(wordsOf(message)).toContain(`“${prompt}”: seed 5`);
	expect(message.blocks.map(({ type }) => type)).toEqual(['rich_text', 'image', 'actions']);
	expect(message.text).not.toMatch(/<[@!#]/);
	// On a busy machine the asker may have waited long.
	expect(pings().filter((ping) => ping !== STUDENT.id)).toEqual([]);
});

async function form() {
	await bot.slack.slash('/flipside', 'generate');
	return until('a form', () => bot.world.views.at(-1));
}
