import { expect, test } from 'vitest';
import { defineCommand } from '../../../commands/lib/command.ts';
import type { Job, JobOf } from '../../../gpu/jobs/index.ts';
import { Overall } from '../../../src/desk/overall.ts';
import type { MessageView } from '../../../src/desk/view.ts';
import { ann, button, messageRefOf, openDesk } from './open-desk.ts';

const digits = (count: number): JobOf<'digits'> => ({
	kind: 'digits',
	model: 'class',
	seed: 0,
	guidanceScale: 1,
	frames: false,
	digits: [0],
	count,
});

test('bar and time cover all jobs, by the estimate first and by the real pace later', () => {
	const of = (job: Job) => 10 * (job as JobOf<'digits'>).count;
	const overall = new Overall({ seconds: 100, of }, 0);
	expect(overall.state(undefined, 0, 0)).toEqual({ progress: { done: 0, total: 100 }, eta: { endsAt: 100_000 } });
	overall.finished(digits(2));
	expect(overall.state(undefined, 0, 40_000)).toEqual({
		progress: { done: 20, total: 100 },
		eta: { endsAt: 200_000 },
	});
	expect(overall.state(digits(6), 0.5, 40_000).progress).toEqual({ done: 50, total: 100 });
});

test('a long request is confirmed first; Start runs it with one bar, without its jobs’ steps', async () => {
	const long = defineCommand({
		name: 'long',
		summary: 'Takes long',
		example: '',
		options: {},
		async run(_options, { askFirst, together, tell, perform }) {
			askFirst(120);
			tell('Measuring.');
			await perform(digits(1), { aside: true });
			together({ seconds: 2, of: () => 1 });
			for (const part of ['One.', 'Two.']) {
				tell(part);
				await perform(digits(1));
			}
			return { text: 'Made.', figures: [] };
		},
	});
	const open = await openDesk({ commands: [long] });
	const question = await open.answer('long', {}, ann, messageRefOf('1'));
	expect(question.text).toBe('This takes about 2 minutes once it runs. Start it?');
	expect(open.runner.submitted).toEqual([]);
	const views: MessageView[] = [];
	const outcome = await open.desk.press(button(question, 'Start'), ann);
	if (outcome.type !== 'request') throw new Error(outcome.type);
	expect((await outcome.open((view) => views.push(view), messageRefOf('2'))).text).toBe('Made.');
	const measuring = views.filter(({ text }) => text.startsWith('Measuring.'));
	expect(measuring.length).toBeGreaterThan(1);
	for (const view of measuring) expect(view).not.toHaveProperty('progress.done');
	for (const { eta } of measuring) expect(eta).toBeUndefined();
	const running = views.filter(({ state, text }) => state === 'running' && text !== '' && text !== 'Measuring.');
	expect(new Set(running.map(({ text }) => text))).toEqual(new Set(['One.', 'Two.']));
	const done = running.map(({ progress }) => progress?.done ?? Number.NaN);
	expect(done).toEqual(done.toSorted((a, b) => a - b));
	expect(done[0]).toBe(0);
	expect(done.at(-1)).toBe(2);
	// It runs at once if nobody can be asked.
	expect((await open.answer('long')).text).toBe('Made.');
	await open.close();
});
