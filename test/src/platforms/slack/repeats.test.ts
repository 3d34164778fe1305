/** Slack repeats events that were acknowledged too late (slackapi/bolt-js#2188). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OTHER, STUDENT } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

let bot: Bot;
beforeEach(async () => {
	bot = await startBot();
});
afterEach(() => bot.stop());

/** Delivers the last event again, and waits long enough for a second effect. */
async function twice(doing: Promise<unknown>): Promise<void> {
	await doing;
	await bot.slack.repeat();
	await new Promise((resolve) => setTimeout(resolve, 100));
	await finished(bot.world);
}

test('a command is run once', async () => {
	await twice(bot.slack.slash('/flipside', 'generate a dog'));
	expect(bot.runner.submitted).toHaveLength(1);
	expect(bot.world.shown()).toHaveLength(1);
});

test('a mention and a direct message are run once', async () => {
	await twice(bot.slack.mention('<@U0FLIP> generate a dog'));
	await twice(bot.slack.direct('generate a cat'));
	expect(bot.runner.submitted).toHaveLength(2);
});

test('a press is run once, but the next press of the same button counts', async () => {
	await bot.slack.slash('/flipside', 'generate a dog');
	const message = await finished(bot.world);
	await twice(bot.slack.press(message, 'Again, new seed', OTHER));
	expect(bot.runner.submitted).toHaveLength(2);
	await twice(bot.slack.press(message, 'Again, new seed', OTHER));
	expect(bot.runner.submitted).toHaveLength(3);
});

test('a form is run once, but one with mistakes is answered each time', async () => {
	await bot.slack.slash('/flipside', 'generate');
	const view = await until('a form', () => bot.world.views.at(-1));
	const complaint = await bot.slack.submit(view, { prompt: 'a dog', steps: 'many' });
	expect(complaint).toMatchObject({ response_action: 'errors' });
	expect(await bot.slack.repeat()).toEqual(complaint);
	await twice(bot.slack.submit(view, { prompt: 'a dog' }));
	expect(bot.runner.submitted).toHaveLength(1);
});

test('an entry of a message’s menu is run once', async () => {
	await bot.slack.slash('/flipside', 'generate a dog');
	const message = await finished(bot.world);
	await bot.slack.shortcut('show_settings', bot.slack.messageJson(message));
	await bot.slack.repeat();
	await whispered(bot.world, STUDENT.id);
	await new Promise((resolve) => setTimeout(resolve, 100));
	expect(bot.world.shown(STUDENT.id)).toHaveLength(1);
});
