/** Asks a bot on the fake Slack. */
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { type FakeMessage, STUDENT } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import type { Bot } from './bot.ts';

export const ask = (bot: Bot, text = 'generate a dog --seed 7', user = STUDENT) =>
	bot.slack.slash('/flipside', text, { user });

/** Starts a request that stops at its first step until `holdAt` is cleared. */
export async function running(bot: Bot): Promise<FakeMessage> {
	bot.runner.holdAt = 1;
	await ask(bot);
	return until('progress', () => bot.world.shown().find((message) => wordsOf(message).includes('Step 1')));
}

export const logged = (bot: Bot, level: 'error' | 'warn') => bot.log[level].mock.calls.map(([, message]) => message);
