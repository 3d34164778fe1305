import { beforeEach, expect, it } from 'vitest';
import { BotWatch } from '../../../../gpu/queue/broker/bot-watch.ts';

let logged: string[];
let watch: BotWatch;
beforeEach(() => {
	logged = [];
	watch = new BotWatch({ queue: 'class-a', version: '1', log: (line) => void logged.push(line) });
});

const BOT = JSON.stringify({ bot: 'bot', run: '1', version: '1' });
const NEWER = JSON.stringify({ bot: 'bot', run: '2', version: '2' });
const AGAIN = 'the bot is there, and can give this worker jobs';

function see(text: string | null, times: number): void {
	for (let i = 0; i < times; i++) watch.see(text);
}

it('is silent about a bot that restarts', () => {
	see(BOT, 2);
	see(null, 29);
	see(BOT, 2);
	see(null, 29);
	expect(logged).toEqual([]);
});

it('says once that there is no bot, and that it has come', () => {
	see(null, 100);
	see(BOT, 2);
	const absent =
		'No bot uses the queue "class-a", so this worker gets no jobs; start a bot, or set QUEUE_NAME here as it is set for the bot.';
	expect(logged).toEqual([absent, AGAIN]);
});

it('says that the bot has another version, also after a restart', () => {
	see(NEWER, 2);
	see(null, 5);
	see(NEWER, 2);
	see(BOT, 1);
	const misfit = 'The bot runs Flipside 2 and this worker 1, so the worker gets no jobs; update the older one.';
	expect(logged).toEqual([misfit, AGAIN]);
});

it('does not ask for an update where only the commit is another', () => {
	watch = new BotWatch({ queue: 'class-a', version: '1+aaa', log: (line) => void logged.push(line) });
	see(JSON.stringify({ bot: 'bot', run: '1', version: '1+bbb' }), 1);
	expect(logged).toEqual([
		'The bot runs Flipside 1+bbb and this worker 1+aaa, so the worker gets no jobs; bring both to the same commit, without changes of your own in gpu/.',
	]);
});

it('makes nothing of what it cannot read, or a bot that does not say its version', () => {
	see('{', 1);
	see('{"bot":"bot","run":"1"}', 1);
	expect(logged).toEqual([]);
});
