/** Who counts as staff, and what they are told. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SlackDeps } from '../../../../src/platforms/slack/platform.ts';
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { CHANNEL, type FakeMessage, OTHER, STUDENT, TEACHER } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { ask, logged } from './asking.ts';
import { type Bot, finished, startBot, whispered } from './bot.ts';

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

describe('staff', () => {
	const user = async (asker = STUDENT) => {
		const open = vi.spyOn(bot.desk, 'open');
		await ask(bot, 'models', asker);
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
		await ask(bot);
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
		expect(logged(bot, 'warn')).toContain('Slack does not say who is staff');
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
		await ask(bot);
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
		expect(logged(bot, 'warn')).toContain('Slack did not provide a link to a reported message');
		expect(logged(bot, 'error')).toEqual([]);
	});
});
