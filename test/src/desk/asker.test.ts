/** Whom a message belongs to, and who is told that something has ended. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ann, button, type OpenDesk, openDesk } from './open-desk.ts';

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk({ longWaitMs: 60 });
});
afterEach(() => open.close());

const ANN = { id: 'test:ann', name: 'Ann' };

test('every state of a request names who asked', async () => {
	const { views, outcome } = open.ask('generate');
	expect((await outcome).view.asker).toEqual(ANN);
	expect(views.length).toBeGreaterThan(2);
	for (const { asker } of views) expect(asker).toEqual(ANN);
});

test('a private answer does not name the asker', async () => {
	expect((await open.answer('models')).asker).toBeUndefined();
});

test.each([undefined, { message: 'The model does not know how.', fault: 'user' } as const])(
	'whoever waited long is to hear of the end, and of nothing before it (%o)',
	async (failure) => {
		Object.assign(open.runner, { stepMs: 50, failure });
		const { views, outcome } = open.ask('generate');
		expect((await outcome).view.waitedLong).toBe(true);
		expect(views.filter(({ waitedLong }) => waitedLong)).toHaveLength(1);
	},
);

test('a person who did not wait long, or who cancels, is not notified', async () => {
	open.runner.stepMs = 0;
	const soon = open.again({ longWaitMs: 60_000 });
	expect((await soon.open({ command: 'generate', options: {}, user: ann })).view.waitedLong).toBeUndefined();
	open.runner.holdAt = 1;
	const { views, outcome } = open.ask('generate');
	await vi.waitFor(() => expect(views.at(-1)?.state).toBe('running'), { timeout: 10_000 });
	await new Promise((resolve) => setTimeout(resolve, 100));
	await open.desk.press(button(views.at(-1)!, 'Cancel'), ann);
	expect((await outcome).view).toMatchObject({ state: 'cancelled' });
	expect((await outcome).view.waitedLong).toBeUndefined();
});
