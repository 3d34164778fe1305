import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SCOPES } from '../../../../src/platforms/slack/manifest.ts';
import type { SlackDeps } from '../../../../src/platforms/slack/platform.ts';
import { buttonsOf, post, wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { BOT_TOKEN, CHANNEL, STUDENT } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { ask, logged, running } from './asking.ts';
import { type Bot, finished, picturesOf, startBot, whispered } from './bot.ts';

let bot: Bot;

const start = async (deps?: Partial<SlackDeps>, transport?: 'http') => {
	bot = await startBot(deps, transport);
};
const restart = async (...how: Parameters<typeof start>) => {
	await bot.stop();
	await start(...how);
};
beforeEach(() => start());
afterEach(() => bot.stop());

describe('a rate limit', () => {
	test.each(['chat.postMessage', 'chat.delete', 'files.completeUploadExternal'])(
		'at %s is waited out',
		async (method) => {
			bot.world.rateLimitNext = method;
			await ask(bot);
			const message = await finished(bot.world);
			expect(picturesOf(bot.world, message)).toHaveLength(1);
			const calls = bot.world.calls.filter((call) => call.method === method);
			expect(calls[1].at - calls[0].at).toBeGreaterThan(990);
			expect(logged(bot, 'error')).toEqual([]);
		},
	);
});

test('skips progress while Slack accepts no edits, and the result arrives', async () => {
	await restart({ timing: { edits: { perMinute: 1, burst: 2 } } });
	Object.assign(bot.runner, { steps: 60, stepMs: 10 });
	await ask(bot);
	const { versions } = await until('the message', () => bot.world.shown()[0]);
	const result = await finished(bot.world, /“a dog”/);
	expect(versions.filter((version) => wordsOf(version).includes('Step')).length).toBeLessThanOrEqual(2);
	expect(picturesOf(bot.world, result)).toHaveLength(1);
});

test('a result is retried while Slack has server errors', async () => {
	await running(bot);
	bot.world.broken.set('chat.postMessage', 4);
	bot.runner.holdAt = undefined;
	expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	expect(logged(bot, 'error')).toEqual([]);
});

test.each(['files.getUploadURLExternal', 'files.completeUploadExternal', 'chat.postMessage'])(
	'a result is retried while Slack reports trouble of its own at %s',
	async (method) => {
		await running(bot);
		bot.world.faults.set(method, { error: 'internal_error', times: 2 });
		bot.runner.holdAt = undefined;
		expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
		expect(bot.world.shown()).toHaveLength(1);
		expect(logged(bot, 'error')).toEqual([]);
	},
);

describe('pictures that Slack rejects', () => {
	test('in a block go into the message’s thread', async () => {
		bot.world.refusePictures = true;
		await ask(bot);
		const message = await finished(bot.world, /in this message's thread, because/);
		expect(wordsOf(message)).toContain('seed 7');
		expect(buttonsOf(message).length).toBeGreaterThan(1);
		const [first, second] = [...bot.world.files.values()];
		expect(first.deleted).toBe(true);
		expect(second).toMatchObject({ channel: CHANNEL, thread: message.ts, name: 'generate-7.png', deleted: false });
	});

	test('silently also go into the message’s thread', async () => {
		bot.world.hidePictures = true;
		await ask(bot);
		const message = await finished(bot.world, /Pictures that you do not see here are in this message's thread/);
		expect(wordsOf(message)).toContain('seed 7');
		expect(buttonsOf(message).length).toBeGreaterThan(1);
		const shared = [...bot.world.files.values()].filter(({ channel }) => channel === CHANNEL);
		expect(shared).toMatchObject([{ thread: message.ts, name: 'generate-7.png' }]);
		expect(logged(bot, 'warn')).toEqual(['Slack accepted a message but does not show its pictures']);
	});

	test('and that are in the thread are deleted with the message', async () => {
		bot.world.hidePictures = true;
		await ask(bot);
		const message = await finished(bot.world, /Pictures that you do not see here are in this message's thread/);
		await bot.slack.press(message, 'Delete');
		await until('the message to go', () => message.deleted);
		await until('the files to go', () => [...bot.world.files.values()].every(({ deleted }) => deleted));
		expect([...bot.world.files.values()].map(({ thread }) => thread)).toEqual([undefined, message.ts]);
	});

	test('are checked after the request already points to their message', async () => {
		bot.world.hidePictures = true;
		await ask(bot);
		const message = await until('the result', () =>
			bot.world.shown().find(({ blocks }) => blocks.some(({ slack_file }) => slack_file)),
		);
		const [{ id }] = bot.runner.submitted;
		await until('its place', () => bot.store.get(id)?.messageRef?.message === message.ts);
		expect([...bot.world.files.values()].filter(({ channel }) => channel)).toEqual([]);
		await finished(bot.world, /in this message's thread/);
	});

	test('together with files leave the rest of the answer with a note', async () => {
		Object.assign(bot.world, { hidePictures: true });
		bot.world.notIn.add(CHANNEL);
		await ask(bot);
		const message = await finished(bot.world, /“a dog”.* Flipside is not in this channel/);
		expect(buttonsOf(message).map(({ text }) => text.text)).toContain('Delete');
		expect(logged(bot, 'error')).toEqual([]);
	});

	test.each([
		['files.getUploadURLExternal', { error: 'missing_scope', needed: 'files:write' }, /lacks the scope files:write/],
		['files.getUploadURLExternal', { error: 'file_upload_size_restricted' }, /refuses the picture as too large/],
		['files.completeUploadExternal', { error: 'storage_limit_reached' }, /no room left for files/],
	])('at %s (%o) leave the rest of the answer with a note', async (method, fault, sentence) => {
		bot.world.faults.set(method, fault);
		await ask(bot);
		const message = await finished(bot.world, sentence);
		expect(wordsOf(message)).toContain('seed 7');
		expect(buttonsOf(message).map(({ text }) => text.text)).toContain('Delete');
		expect(logged(bot, 'error')).toEqual([]);
	});

	test('for an unknown reason end with a sentence, and the bot goes on', async () => {
		bot.world.faults.set('files.completeUploadExternal', { error: 'access_denied', times: 1 });
		await ask(bot);
		await finished(bot.world, /Something went wrong/);
		expect(logged(bot, 'error')).toEqual(['Slack did not accept an answer']);
		await ask(bot);
		await until('the next picture', () => bot.world.shown().some((each) => picturesOf(bot.world, each).length === 1));
	});
});

test('a public channel needs no invitation', async () => {
	bot.world.notIn.add(CHANNEL);
	bot.world.scopes = SCOPES;
	await ask(bot);
	expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	bot.world.scopes = SCOPES.filter((scope) => scope !== 'chat:write.public');
	await ask(bot);
	expect(await whispered(bot.world, STUDENT.id)).toMatch(/^Flipside is not in this channel/);
});

describe('a channel that the bot cannot write to', () => {
	test.each([
		[
			'not_in_channel',
			/^Flipside is not in this channel; type "\/invite @Flipside".* In a direct message .*: write to Flipside itself\.$/,
		],
		['channel_not_found', /^Flipside is not in this channel/],
		['is_archived', /^This channel is archived/],
		['restricted_action', /^Only some people may write in this channel/],
	])('(%s) is explained in private', async (error, sentence) => {
		bot.world.faults.set('chat.postMessage', { error });
		await ask(bot);
		expect(await whispered(bot.world, STUDENT.id)).toMatch(sentence);
		expect(bot.runner.submitted).toEqual([]);
		expect(logged(bot, 'error')).toEqual([]);
	});

	test('is explained in a direct message after a form', async () => {
		await ask(bot, 'generate');
		const view = await until('a form', () => bot.world.views.at(-1));
		bot.world.faults.set('chat.postMessage', { error: 'not_in_channel', times: 1 });
		bot.world.faults.set('chat.postEphemeral', { error: 'not_in_channel' });
		await bot.slack.submit(view, { prompt: 'a dog' });
		const message = await finished(bot.world);
		expect(message.channel).toBe(STUDENT.id.replace('U', 'D'));
		expect(wordsOf(message)).toMatch(/^Flipside is not in this channel/);
	});

	test.each(['channel_not_found', 'is_archived'])(
		'is given up and logged once if that happens meanwhile (%s)',
		async (error) => {
			const message = await running(bot);
			for (const method of ['chat.update', 'chat.postMessage', 'chat.delete']) bot.world.faults.set(method, { error });
			bot.runner.holdAt = undefined;
			await until('the end', () => bot.store.open().length === 0);
			await until('the log', () => logged(bot, 'warn').length > 0);
			await bot.platform.stop();
			expect(logged(bot, 'warn')).toHaveLength(1);
			expect(logged(bot, 'error')).toEqual([]);
			expect(picturesOf(bot.world, message)).toEqual([]);
			expect([...bot.world.files.values()].filter(({ deleted }) => !deleted)).toEqual([]);
		},
	);
});

describe('a bug', () => {
	test('at a press is reported to the presser', async () => {
		await ask(bot);
		const message = await finished(bot.world);
		vi.spyOn(bot.desk, 'press').mockRejectedValueOnce(new Error('a bug'));
		await bot.slack.press(message, 'Delete');
		expect(await whispered(bot.world, STUDENT.id)).toMatch(/^Something went wrong/);
		expect(logged(bot, 'error')).toEqual(['an interaction failed']);
		expect(message.deleted).toBe(false);
	});

	test('puts no token, prompt or address into the log', async () => {
		bot.world.faults.set('files.completeUploadExternal', { error: 'access_denied' });
		bot.world.rateLimitNext = 'chat.update';
		await ask(bot, 'generate a most secret dog');
		await finished(bot.world, /Something went wrong/);
		const everything = JSON.stringify(Object.values(bot.log).flatMap((level) => level.mock.calls));
		expect(everything).toContain('access_denied');
		for (const secret of [BOT_TOKEN, 'xapp-', 'most secret', '/upload/', '/response/']) {
			expect(everything).not.toContain(secret);
		}
	});
});

describe('the connection', () => {
	test.each(['refresh', 'drop'] as const)('is reopened after a %s, and commands work', async (how) => {
		await restart({ timing: { pingMs: 300 } });
		bot.slack.sockets[how]();
		await until('another connection', () => bot.slack.sockets.connections === 2 && bot.slack.sockets.connected);
		await ask(bot);
		expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	});

	test('over HTTP accepts only requests that Slack signed recently', async () => {
		await restart({}, 'http');
		const command = { command: '/flipside', text: 'generate a dog', user_id: STUDENT.id, channel_id: CHANNEL };
		const status = async (signing: Parameters<typeof post>[3]) =>
			(await post(bot.requestUrl, 'slash_commands', command, signing)).status;
		expect(await status({ secret: 'guessed' })).toBe(401);
		expect(await status({ ageSeconds: 600 })).toBe(401);
		expect(bot.runner.submitted).toEqual([]);
		await ask(bot);
		expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	});
});
