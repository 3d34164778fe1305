import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Figure } from '../../../../commands/lib/command.ts';
import { type MessageView, RESTARTING } from '../../../../src/desk/view.ts';
import type { SlackDeps } from '../../../../src/platforms/slack/platform.ts';
import { sketch } from '../../../fakes/pictures.ts';
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { TEACHER } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, EDIT_INTERVAL_MS, finished, picturesOf, startBot, TIMING } from './bot.ts';

let bot: Bot;
let png: Uint8Array;

beforeEach(async () => {
	bot = await startBot();
	png = (await sketch()).bytes;
});
afterEach(() => bot.stop());

const restart = async (deps: Partial<SlackDeps>) => {
	await bot.stop();
	bot = await startBot(deps);
};

const figure = (name: string): Figure => {
	return {
		bytes: new Uint8Array(png),
		type: 'image/png',
		width: 48,
		height: 32,
		alt: `The ${name}`,
		filename: `${name}.png`,
	};
};

const viewOf = (state: MessageView['state'], text: string, figures: readonly Figure[] = []): MessageView => {
	return { requestId: 'r1', state, title: '/mnist train', text, figures, buttons: [], personal: false };
};

/** Starts a request whose views the test controls. */
async function request() {
	let running: ((text: string, figures: readonly Figure[], milestone?: MessageView['milestone']) => void) | undefined;
	let over!: (view: MessageView) => void;
	vi.spyOn(bot.desk, 'open').mockImplementationOnce(async (_request, show) => {
		running = (text, figures, milestone) => show!({ ...viewOf('running', text, figures), milestone });
		const view = await new Promise<MessageView>((resolve) => {
			over = resolve;
		});
		return { view, record: undefined };
	});
	await bot.slack.slash('/flipside', 'generate a dog');
	const message = await until('the message', () => bot.world.shown()[0]);
	/** The message in its thread. */
	const below = () => bot.world.shown().find(({ thread }) => thread === message.ts);
	return {
		message,
		running: await until('the request', () => running),
		end: (figures: readonly Figure[] = []) => {
			over(viewOf('done', 'Over.', figures));
			return finished(bot.world, /Over/);
		},
		/** Waits until it shows these pictures. */
		shows: (...names: string[]) =>
			until(`${names} below the message`, () => {
				const there = below();
				const pictures = there ? picturesOf(bot.world, there) : [];
				return pictures.map(({ file }) => file.name).join() === names.join() && pictures;
			}),
	};
}

const filesLeft = () => [...bot.world.files.values()].filter(({ deleted }) => !deleted).map(({ name }) => name);
const uploads = () => bot.world.calls.filter(({ method }) => method === 'files.completeUploadExternal');
const warnings = () => bot.log.warn.mock.calls.map(([, message]) => message);

test('a training shows its losses below its message, replaced by its figures at the end', async () => {
	bot.runner.stepMs = 0;
	await bot.slack.slash('/flipside', 'mnist train --batch 1000 --epochs 1 --seed 7 --now', { user: TEACHER });
	await until('the training', () => bot.training.status());
	bot.training.advance(20);
	const message = await until('the chart', () => bot.world.shown().find((each) => picturesOf(bot.world, each).length));
	const [{ alt, file }] = picturesOf(bot.world, message);
	expect(file.name).toBe('loss-class-1.png');
	expect(alt).toMatch(/^A chart of the training loss over the steps.*after 20 steps/);
	bot.training.advance(40);
	bot.training.end({ type: 'done' });
	const result = await finished(bot.world, /class-1 is done/);
	expect(result.thread).toBeUndefined();
	const names = ['loss-class-1.png', 'mnist-0123456789-7-epoch-1.png', 'mnist-0123456789-7-epoch-1.gif'];
	expect(picturesOf(bot.world, result).map(({ file: { name } }) => name)).toEqual(names);
	// The epoch's figures are in the thread too, and stay.
	const left = [...names, ...names.slice(1)].toSorted().join();
	await until('the tidy end', () => file.deleted && filesLeft().sort().join() === left);
	expect(warnings()).toEqual([]);
});

describe('the pictures of an open request', () => {
	test('are uploaded beside the text, and renewed rarely and only if changed', async () => {
		bot.world.lookMs = 2 * EDIT_INTERVAL_MS;
		const { running, shows, end } = await request();
		const digits = figure('digits');
		running('Step 1.', [figure('loss-1'), digits]);
		await shows('loss-1.png', 'digits.png');
		for (let i = 2; i < 40; i++) {
			running(`Step ${i}.`, [figure(`loss-${i}`), digits]);
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		await shows('loss-39.png', 'digits.png');
		// Both at first, then only the chart.
		const renewals = uploads().slice(1);
		expect(renewals.length).toBeGreaterThanOrEqual(3);
		// One upload may be late and the next in time, but not many.
		const took = renewals.at(-1)!.at - renewals[0].at;
		expect(renewals.length).toBeLessThanOrEqual(took / TIMING.renewMs + 2);
		await until('the earlier charts to go', () => filesLeft().length === 2);
		await end([figure('result')]);
		await until('the rest to go', () => filesLeft().join() === 'result.png');
	});

	test('do not delay the text or the end while Slack processes them', async () => {
		await restart({ timing: { readyMs: 5000 } });
		bot.world.lookMs = 60_000;
		const { message, running, end } = await request();
		running('Step 1.', [figure('loss')]);
		await until('an upload', () => uploads().length === 1);
		running('Step 2.', [figure('loss')]);
		await until('the text', () => wordsOf(message).includes('Step 2.'));
		expect(bot.world.shown()).toEqual([message]);
		await end();
		expect(uploads()).toHaveLength(1);
	});

	test('are removed when it has none any more', async () => {
		const { running, shows } = await request();
		running('Step 1.', [figure('loss')]);
		await shows('loss.png');
		running('Step 2.', []);
		await shows();
		await until('the file to go', () => filesLeft().length === 0);
	});

	test('are removed when the bot stops', async () => {
		const { message, running, shows } = await request();
		running('Step 1.', [figure('loss')]);
		await shows('loss.png');
		await bot.platform.stop();
		expect(wordsOf(message)).toBe(RESTARTING);
		expect(filesLeft()).toEqual([]);
	});

	test('are removed with the message', async () => {
		const { message, running, shows } = await request();
		running('Step 1.', [figure('loss')]);
		await shows('loss.png');
		message.deleted = true;
		running('Step 2.', [figure('loss-2')]);
		await until('the file to go', () => filesLeft().length === 0 && bot.world.shown().length === 0);
		expect(warnings()).toEqual(['a Slack message is out of reach']);
	});
});

describe('if Slack rejects them', () => {
	test.each([
		['files.getUploadURLExternal', { error: 'missing_scope', needed: 'files:write' }],
		['files.completeUploadExternal', { error: 'storage_limit_reached' }],
	])('at %s (%o), the text continues alone, without retries', async (method, fault) => {
		bot.world.faults.set(method, fault);
		const { message, running } = await request();
		running('Step 1.', [figure('loss-1')]);
		await until('a refusal', () => warnings().length > 0);
		running('Step 2.', [figure('loss-2')]);
		await until('the text', () => wordsOf(message).includes('Step 2.'));
		await new Promise((resolve) => setTimeout(resolve, 2 * TIMING.renewMs));
		expect(bot.world.calls.filter((call) => call.method === method)).toHaveLength(1);
		expect(warnings()).toEqual(['Slack did not accept a progress picture']);
		expect(filesLeft().length).toBeLessThanOrEqual(1);
	});

	test('in a block, the text continues alone', async () => {
		bot.world.refusePictures = true;
		const { message, running, end } = await request();
		running('Step 1.', [figure('loss')]);
		await until('a refusal', () => warnings().length > 0);
		running('Step 2.', [figure('loss-2')]);
		await until('the text', () => wordsOf(message).includes('Step 2.'));
		await until('the file to go', () => filesLeft().length === 0);
		await end();
		expect(uploads()).toHaveLength(1);
		expect(warnings()).toEqual(['Slack did not accept a progress picture']);
	});

	test('for now (HTTP 429), a later renewal adds them', async () => {
		bot.world.rateLimitNext = 'files.completeUploadExternal';
		const { running, shows } = await request();
		running('Step 1.', [figure('loss')]);
		await until('a refusal', () => warnings().length > 0);
		running('Step 2.', [figure('loss-2')]);
		await shows('loss-2.png');
		expect(warnings()).toEqual(['Slack did not accept a progress picture']);
	});
});

test('milestones are messages in a thread, below a line that stays when the result comes', async () => {
	const { message, running, end } = await request();
	for (const epoch of [1, 2]) {
		running('On.', [], { text: `After epoch ${epoch}.`, figures: [figure(`epoch-${epoch}`)] });
	}
	const inThread = () => bot.world.shown().filter(({ thread }) => thread === message.ts);
	await until('both', () => inThread().length === 2);
	expect(
		inThread().map((each) => [wordsOf(each), ...picturesOf(bot.world, each).map(({ file }) => file.name)]),
	).toEqual([
		['After epoch 1.', 'epoch-1.png'],
		['After epoch 2.', 'epoch-2.png'],
	]);
	const result = await end([figure('result')]);
	expect(result.thread).toBeUndefined();
	await until('the line', () => /^The steps are in the thread/.test(wordsOf(message)));
	expect(message.deleted).toBe(false);
	expect(inThread()).toHaveLength(2);
});

test('milestones keep their message even if the result comes after a restart', async () => {
	const moved = vi.spyOn(bot.desk, 'moved');
	const { message, running } = await request();
	running('On.', [], { text: 'After epoch 1.', figures: [figure('epoch-1')] });
	const [, place] = await until('a new reference', () => moved.mock.lastCall);
	await bot.leave();
	bot = await startBot({}, 'socket', bot);
	await bot.platform.follow!(JSON.parse(JSON.stringify(place)), async () => viewOf('done', 'Over.'));
	expect(wordsOf(message)).toMatch(/^The steps are in the thread/);
	expect(message.deleted).toBe(false);
});
