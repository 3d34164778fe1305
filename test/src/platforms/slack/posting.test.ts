/** How results are posted, also after a restart. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RESTARTING } from '../../../../src/desk/view.ts';
import { sketch } from '../../../fakes/pictures.ts';
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { CHANNEL, OTHER, STUDENT } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { ask, logged, running } from './asking.ts';
import { type Bot, finished, picturesOf, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeEach(async () => {
	bot = await startBot();
});
afterEach(() => bot.stop());

describe('a result that is posted', () => {
	/** Rejects calls of this method once the result is posted. */
	function refuseOncePosted(refused: string) {
		const { calls, faults } = bot.world;
		const push = calls.push.bind(calls);
		vi.spyOn(calls, 'push').mockImplementation((...made) => {
			const isResult = ({ method, args }: (typeof made)[number]) =>
				method === 'chat.postMessage' && JSON.stringify(args).includes('slack_file');
			if (made.some(isResult)) faults.set(refused, { error: 'file_not_found' });
			return push(...made);
		});
	}

	test('stays if Slack does not say whether it shows the pictures', async () => {
		refuseOncePosted('files.info');
		await ask(bot);
		const message = await finished(bot.world);
		await until('the log', () =>
			logged(bot, 'warn').includes('Slack does not say whether it shows the pictures of a message'),
		);
		await until('the first message to go', () => bot.world.shown().length === 1);
		expect(picturesOf(bot.world, message)).toHaveLength(1);
		expect(wordsOf(message)).toContain('“a dog”');
		expect(logged(bot, 'error')).toEqual([]);
	});

	test('stays if Slack rejects a note on it', async () => {
		refuseOncePosted('chat.update');
		bot.world.hidePictures = true;
		await ask(bot);
		const message = await finished(bot.world);
		await until('the log', () => logged(bot, 'warn').includes('Slack did not accept a note on its message'));
		expect(wordsOf(message)).toContain('“a dog”');
		expect(logged(bot, 'error')).toEqual([]);
	});
});

test('other files, and pictures beyond ten, are left out with a note', async () => {
	const png = (await sketch()).bytes;
	const figures = Array.from({ length: 12 }, (_, i) => {
		return { bytes: png, type: 'image/png', width: 48, height: 32, alt: `picture ${i}`, filename: `${i}.png` } as const;
	});
	const attachments = [{ bytes: new TextEncoder().encode('<p>'), type: 'text/html', filename: 'course.html' }];
	const view = { requestId: 'r1', state: 'done', title: '', text: 'Done.', figures, attachments, buttons: [] } as const;
	vi.spyOn(bot.desk, 'open').mockResolvedValueOnce({ view: { ...view, personal: false }, record: undefined });
	await ask(bot);
	const message = await finished(bot.world, /Done/);
	expect(wordsOf(message)).toBe('Done. (2 more pictures do not fit in one message.) (In the thread: course.html.)');
	expect(picturesOf(bot.world, message).map(({ alt }) => alt)).toEqual(figures.slice(0, 10).map(({ alt }) => alt));
	const page = await until('the page', () => [...bot.world.files.values()].find(({ name }) => name === 'course.html'));
	await until('its place', () => page.thread === message.ts);
});

describe('a restart', () => {
	test('is announced to people with open requests, and new ones are refused', async () => {
		const message = await running(bot);
		const stopped = bot.platform.stop();
		await ask(bot, 'generate a late dog', OTHER);
		expect(await whispered(bot.world, OTHER.id)).toBe('The bot is shutting down; try again in a minute.');
		await stopped;
		expect(wordsOf(message)).toBe(RESTARTING);
		expect(bot.runner.submitted).toHaveLength(1);
	});

	test('waits for an answer that is almost done', async () => {
		await running(bot);
		bot.runner.holdAt = undefined;
		await bot.platform.stop();
		expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	});

	test('leaves no stale message: open requests continue in the next bot, with the same seed', async () => {
		await running(bot);
		await ask(bot, 'generate a cat --seed 9', OTHER);
		await until('the second to wait', () => bot.world.shown().some((each) => /Waiting/.test(wordsOf(each))));
		await bot.leave();
		expect(bot.world.shown().map(wordsOf)).toEqual([RESTARTING, RESTARTING]);
		bot = await startBot({}, 'socket', bot);
		bot.desk.resume([bot.platform]);
		await until('both', () => bot.world.shown().every((each) => picturesOf(bot.world, each).length === 1));
		const [first, second] = bot.world.shown();
		expect(wordsOf(first)).toContain('seed 7');
		expect(wordsOf(second)).toContain('seed 9');
		expect(bot.runner.submitted).toMatchObject([
			{ job: { seed: 7 } },
			{ job: { seed: 9 }, owner: `slack:${OTHER.id}` },
		]);
		await bot.slack.press(first, 'Details');
		expect(await whispered(bot.world, STUDENT.id)).toContain('seed 7');
	});

	test('during a result shows it once, with its pictures', async () => {
		await ask(bot);
		const message = await finished(bot.world);
		await bot.leave();
		bot = await startBot({}, 'socket', bot);
		const edits = () =>
			bot.world.calls.filter(({ method, args }) => method === 'chat.update' && args.ts === message.ts);
		bot.desk.resume([bot.platform]);
		await until('the result to be shown again', () => edits().length === 1);
		await finished(bot.world);
		expect(bot.world.shown()).toEqual([message]);
		expect(picturesOf(bot.world, message)).toHaveLength(1);
	});

	test('does not repeat private messages', async () => {
		const open = vi.spyOn(bot.desk, 'open');
		await ask(bot, 'models');
		await whispered(bot.world, STUDENT.id);
		const { messageRef } = open.mock.lastCall![0];
		expect(messageRef).toMatchObject({ channel: `slack:${CHANNEL}`, private: true });
		const seen = vi.fn();
		await bot.platform.follow!(messageRef!, async (show) => {
			seen(show);
			return { requestId: 'r', state: 'done', title: '', text: 'x', figures: [], buttons: [], personal: true };
		});
		expect(seen).toHaveBeenCalledOnce();
		expect(bot.world.shown()).toEqual([]);
	});
});
