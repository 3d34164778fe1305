/** What a bot says about a training that another process runs in the same data directory. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { messageRefOf, type OpenDesk, openDesk, tess } from '../../src/desk/open-desk.ts';
import { begin } from './begin.ts';

let desk: OpenDesk;
beforeEach(async () => {
	desk = await openDesk();
	const { outcome } = await begin(desk);
	desk.training.advance(30);
	const runs = await desk.training.runs();
	desk.training.end({ type: 'stopped' });
	await outcome;
	vi.spyOn(desk.training, 'runs').mockResolvedValue(runs.map((run) => ({ ...run, elsewhere: true })));
});
afterEach(() => desk.close());

test('/mnist train refuses a second training before it asks whether to start', async () => {
	const view = await desk.answer('mnist train', {}, tess, messageRefOf('1'));
	expect([view.state, view.text]).toEqual([
		'failed',
		'Another process is already training (class-1); stop it there, or wait for it to end.',
	]);
});

test('/mnist stop says where it can be stopped', async () => {
	expect((await desk.answer('mnist stop', {}, tess)).text).toBe(
		'class-1 is running in another process; stop it there: a bot with /mnist stop, a command line with Ctrl+C.',
	);
});

test.each(['mnist status', 'mnist runs'])('/%s says that it runs', async (command) => {
	expect((await desk.answer(command)).text).toMatch(
		/^class-1: class, D 16, by Tess: running in another process, 30 of 120 steps/,
	);
});

test('/mnist status describes the running one even if another is newer', async () => {
	const [run] = await desk.training.runs();
	const newer = { ...run, id: 'class-2', elsewhere: undefined, status: { ...run.status, state: 'done' } as const };
	vi.mocked(desk.training.runs).mockResolvedValue([newer, run]);
	expect((await desk.answer('mnist status')).text).toMatch(/^class-1: .* running in another process/);
});
