import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RESTARTING } from '../../../../src/desk/view.ts';
import { SCOPES } from '../../../../src/platforms/slack/manifest.ts';
import type { SlackDeps } from '../../../../src/platforms/slack/platform.ts';
import { sketch } from '../../../fakes/pictures.ts';
import { buttonsOf, post, wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { BOT_TOKEN, CHANNEL, type FakeMessage, OTHER, STUDENT, TEACHER } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
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

const ask = (text = 'generate a dog --seed 7', user = STUDENT) => bot.slack.slash('/flipside', text, { user });

/** Starts a request that stops at its first step until `holdAt` is cleared. */
async function running(): Promise<FakeMessage> {
	bot.runner.holdAt = 1;
	await ask();
	return until('progress', () => bot.world.shown().find((message) => wordsOf(message).includes('Step 1')));
}

const logged = (level: 'error' | 'warn') => bot.log[level].mock.calls.map(([, message]) => message);

describe('a rate limit', () => {
	test.each(['chat.postMessage', 'chat.delete', 'files.completeUploadExternal'])(
		'at %s is waited out',
		async (method) => {
			bot.world.rateLimitNext = method;
			await ask();
			const message = await finished(bot.world);
			expect(picturesOf(bot.world, message)).toHaveLength(1);
			const calls = bot.world.calls.filter((call) => call.method === method);
			expect(calls[1].at - calls[0].at).toBeGreaterThan(990);
			expect(logged('error')).toEqual([]);
		},
	);
});

test('skips progress while Slack accepts no edits, and the result arrives', async () => {
	await restart({ timing: { edits: { perMinute: 1, burst: 2 } } });
	Object.assign(bot.runner, { steps: 60, stepMs: 10 });
	await ask();
	const { versions } = await until('the message', () => bot.world.shown()[0]);
	const result = await finished(bot.world, /“a dog”/);
	expect(versions.filter((version) => wordsOf(version).includes('Step')).length).toBeLessThanOrEqual(2);
	expect(picturesOf(bot.world, result)).toHaveLength(1);
});

test('a result is retried while Slack has server errors', async () => {
	await running();
	bot.world.broken.set('chat.postMessage', 4);
	bot.runner.holdAt = undefined;
	expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	expect(logged('error')).toEqual([]);
});

describe('pictures that Slack rejects', () => {
	test('in a block go into the message’s thread', async () => {
		bot.world.refusePictures = true;
		await ask();
		const message = await finished(bot.world, /in this message's thread, because/);
		expect(wordsOf(message)).toContain('seed 7');
		expect(buttonsOf(message).length).toBeGreaterThan(1);
		const [first, second] = [...bot.world.files.values()];
		expect(first.deleted).toBe(true);
		expect(second).toMatchObject({ channel: CHANNEL, thread: message.ts, name: 'generate-7.png', deleted: false });
	});

	test('silently also go into the message’s thread', async () => {
		bot.world.hidePictures = true;
		await ask();
		const message = await finished(bot.world, /Pictures that you do not see here are in this message's thread/);
		expect(wordsOf(message)).toContain('seed 7');
		expect(buttonsOf(message).length).toBeGreaterThan(1);
		const shared = [...bot.world.files.values()].filter(({ channel }) => channel === CHANNEL);
		expect(shared).toMatchObject([{ thread: message.ts, name: 'generate-7.png' }]);
		expect(logged('warn')).toEqual(['Slack accepted a message but does not show its pictures']);
	});

	test('and that are in the thread are deleted with the message', async () => {
		bot.world.hidePictures = true;
		await ask();
		const message = await finished(bot.world, /Pictures that you do not see here are in this message's thread/);
		await bot.slack.press(message, 'Delete');
		await until('the message to go', () => message.deleted);
		await until('the files to go', () => [...bot.world.files.values()].every(({ deleted }) => deleted));
		expect([...bot.world.files.values()].map(({ thread }) => thread)).toEqual([undefined, message.ts]);
	});

	test('are checked after the request already points to their message', async () => {
		bot.world.hidePictures = true;
		await ask();
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
		await ask();
		const message = await finished(bot.world, /“a dog”.* Flipside is not in this channel/);
		expect(buttonsOf(message).map(({ text }) => text.text)).toContain('Delete');
		expect(logged('error')).toEqual([]);
	});

	test.each([
		['files.getUploadURLExternal', { error: 'missing_scope', needed: 'files:write' }, /lacks the scope files:write/],
		['files.getUploadURLExternal', { error: 'file_upload_size_restricted' }, /refuses the picture as too large/],
		['files.completeUploadExternal', { error: 'storage_limit_reached' }, /no room left for files/],
	])('at %s (%o) leave the rest of the answer with a note', async (method, fault, sentence) => {
		bot.world.faults.set(method, fault);
		await ask();
		const message = await finished(bot.world, sentence);
		expect(wordsOf(message)).toContain('seed 7');
		expect(buttonsOf(message).map(({ text }) => text.text)).toContain('Delete');
		expect(logged('error')).toEqual([]);
	});

	test('for an unknown reason end with a sentence, and the bot goes on', async () => {
		bot.world.faults.set('files.completeUploadExternal', { error: 'fatal_error', times: 1 });
		await ask();
		await finished(bot.world, /Something went wrong/);
		expect(logged('error')).toEqual(['Slack did not accept an answer']);
		await ask();
		await until('the next picture', () => bot.world.shown().some((each) => picturesOf(bot.world, each).length === 1));
	});
});

test('a public channel needs no invitation', async () => {
	bot.world.notIn.add(CHANNEL);
	bot.world.scopes = SCOPES;
	await ask();
	expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	bot.world.scopes = SCOPES.filter((scope) => scope !== 'chat:write.public');
	await ask();
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
		await ask();
		expect(await whispered(bot.world, STUDENT.id)).toMatch(sentence);
		expect(bot.runner.submitted).toEqual([]);
		expect(logged('error')).toEqual([]);
	});

	test('is explained in a direct message after a form', async () => {
		await ask('generate');
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
			const message = await running();
			for (const method of ['chat.update', 'chat.postMessage', 'chat.delete']) bot.world.faults.set(method, { error });
			bot.runner.holdAt = undefined;
			await until('the end', () => bot.store.open().length === 0);
			await until('the log', () => logged('warn').length > 0);
			await bot.platform.stop();
			expect(logged('warn')).toHaveLength(1);
			expect(logged('error')).toEqual([]);
			expect(picturesOf(bot.world, message)).toEqual([]);
			expect([...bot.world.files.values()].filter(({ deleted }) => !deleted)).toEqual([]);
		},
	);
});

describe('a bug', () => {
	test('at a press is reported to the presser', async () => {
		await ask();
		const message = await finished(bot.world);
		vi.spyOn(bot.desk, 'press').mockRejectedValueOnce(new Error('a bug'));
		await bot.slack.press(message, 'Delete');
		expect(await whispered(bot.world, STUDENT.id)).toMatch(/^Something went wrong/);
		expect(logged('error')).toEqual(['an interaction failed']);
		expect(message.deleted).toBe(false);
	});

	test('puts no token, prompt or address into the log', async () => {
		bot.world.faults.set('files.completeUploadExternal', { error: 'fatal_error' });
		bot.world.rateLimitNext = 'chat.update';
		await ask('generate a most secret dog');
		await finished(bot.world, /Something went wrong/);
		const everything = JSON.stringify(Object.values(bot.log).flatMap((level) => level.mock.calls));
		expect(everything).toContain('fatal_error');
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
		await ask();
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
		await ask();
		expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	});
});

describe('staff', () => {
	const user = async (asker = STUDENT) => {
		const open = vi.spyOn(bot.desk, 'open');
		await ask('models', asker);
		await whispered(bot.world, asker.id);
		return open.mock.lastCall![0].user;
	};

	test('are the admins of the workspace, which Slack is asked about once', async () => {
		expect(await user(TEACHER)).toEqual({ id: `slack:${TEACHER.id}`, name: 'teacher', staff: true, roles: [] });
		expect(await user(OTHER)).toMatchObject({ name: 'other', staff: false });
		await user(OTHER);
		expect(bot.world.calls.filter(({ method }) => method === 'users.info')).toHaveLength(2);
	});

	test('are also the people and groups in the configuration', async () => {
		await restart({ staff: [OTHER.id, 'S0TAS'] });
		bot.world.groups.set('S0TAS', [STUDENT.id]);
		expect(await user(OTHER)).toMatchObject({ staff: true });
		expect(await user(STUDENT)).toMatchObject({ staff: true });
	});

	test('can limit a command to a mentioned user group', async () => {
		bot.world.groups.set('S0TAS', [OTHER.id]);
		await bot.slack.slash('/flipside', 'settings --allow "generate=<!subteam^S0TAS|@tas>"', { user: TEACHER });
		expect(await whispered(bot.world, TEACHER.id)).toContain('/generate only for S0TAS and staff');
		await ask();
		expect(await whispered(bot.world, STUDENT.id)).toContain(
			'only people with certain roles can run /flipside generate',
		);
		expect(await user(OTHER)).toMatchObject({ staff: false, roles: ['S0TAS'] });
	});

	test('are only those in the configuration if Slack does not answer', async () => {
		await restart({ staff: [OTHER.id] });
		bot.world.faults.set('users.info', { error: 'missing_scope', needed: 'users:read' });
		expect(await user(TEACHER)).toEqual({ id: `slack:${TEACHER.id}`, name: 'teacher', staff: false, roles: [] });
		expect(await user(OTHER)).toMatchObject({ staff: true });
		expect(logged('warn')).toContain('Slack does not say who is staff');
	});
});

describe('a report', () => {
	/** Reports a picture and waits for the message in the reports channel. */
	async function reported(message: FakeMessage) {
		await bot.slack.press(message, 'Report', OTHER);
		expect(await whispered(bot.world, OTHER.id)).toMatch(/^Should the class staff look/);
		const question = bot.world.shown(OTHER.id).at(-1)!;
		expect(bot.world.shown().some(({ channel }) => channel === 'C0REPORTS')).toBe(false);
		await bot.slack.press(question, 'Report', OTHER);
		expect(await whispered(bot.world, OTHER.id, /^Thank you/)).toContain('Thank you');
		return until('the report', () => bot.world.shown().find(({ channel }) => channel === 'C0REPORTS'));
	}

	beforeEach(async () => {
		await restart({ reportChannel: 'C0REPORTS' });
		bot.desk.resume([bot.platform]);
		await ask();
	});

	test('goes to the reports channel, with a link to the message', async () => {
		const message = await finished(bot.world);
		const report = await reported(message);
		expect(wordsOf(report)).toContain('other reported a picture of student: /flipside generate a dog');
		const permalink = `/archives/${CHANNEL}/p${message.ts.replace('.', '')}`;
		expect(JSON.stringify(report.blocks)).toContain(permalink);
	});

	test('goes there without a link if Slack gives none', async () => {
		bot.world.faults.set('chat.getPermalink', { error: 'message_not_found' });
		const report = await reported(await finished(bot.world));
		expect(wordsOf(report)).toContain('other reported a picture of student: /flipside generate a dog');
		expect(JSON.stringify(report.blocks)).not.toContain('/archives/');
		expect(logged('warn')).toContain('Slack did not provide a link to a reported message');
		expect(logged('error')).toEqual([]);
	});
});

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
		await ask();
		const message = await finished(bot.world);
		await until('the log', () =>
			logged('warn').includes('Slack does not say whether it shows the pictures of a message'),
		);
		await until('the first message to go', () => bot.world.shown().length === 1);
		expect(picturesOf(bot.world, message)).toHaveLength(1);
		expect(wordsOf(message)).toContain('“a dog”');
		expect(logged('error')).toEqual([]);
	});

	test('stays if Slack rejects a note on it', async () => {
		refuseOncePosted('chat.update');
		bot.world.hidePictures = true;
		await ask();
		const message = await finished(bot.world);
		await until('the log', () => logged('warn').includes('Slack did not accept a note on its message'));
		expect(wordsOf(message)).toContain('“a dog”');
		expect(logged('error')).toEqual([]);
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
	await ask();
	const message = await finished(bot.world, /Done/);
	expect(wordsOf(message)).toBe('Done. (2 more pictures do not fit in one message.) (In the thread: course.html.)');
	expect(picturesOf(bot.world, message).map(({ alt }) => alt)).toEqual(figures.slice(0, 10).map(({ alt }) => alt));
	const page = await until('the page', () => [...bot.world.files.values()].find(({ name }) => name === 'course.html'));
	await until('its place', () => page.thread === message.ts);
});

describe('a restart', () => {
	test('is announced to people with open requests, and new ones are refused', async () => {
		const message = await running();
		const stopped = bot.platform.stop();
		await ask('generate a late dog', OTHER);
		expect(await whispered(bot.world, OTHER.id)).toBe('The bot is shutting down; try again in a minute.');
		await stopped;
		expect(wordsOf(message)).toBe(RESTARTING);
		expect(bot.runner.submitted).toHaveLength(1);
	});

	test('waits for an answer that is almost done', async () => {
		await running();
		bot.runner.holdAt = undefined;
		await bot.platform.stop();
		expect(picturesOf(bot.world, await finished(bot.world))).toHaveLength(1);
	});

	test('leaves no stale message: open requests continue in the next bot, with the same seed', async () => {
		await running();
		await ask('generate a cat --seed 9', OTHER);
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
		await ask();
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
		await ask('models');
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
