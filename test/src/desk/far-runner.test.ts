/** A desk with a remote runner, whose answers and events come late. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type JobRunner, RunnerError } from '../../../gpu/queue/runner.ts';
import { buttonId } from '../../../src/desk/buttons.ts';
import { farRunner } from '../../fakes/far-away.ts';
import { ann, bob, button, type OpenDesk, openDesk, tess } from './open-desk.ts';

let open: OpenDesk;
let far: JobRunner;
beforeEach(async () => {
	open = await openDesk((runner) => {
		far = farRunner(runner);
		return { runner: far };
	});
});
afterEach(() => open.close());

type Asked = ReturnType<OpenDesk['ask']>;

const id = ({ views }: Asked) => views[0].requestId;
const stateOf = ({ views }: Asked) => views.at(-1)?.state;

/** Opens one request that keeps running, and two that wait for it. */
async function line(): Promise<[Asked, Asked, Asked]> {
	open.runner.holdAt = 1;
	const first = open.ask('generate', { prompt: 'a dog' });
	await vi.waitFor(() => expect(stateOf(first)).toBe('running'), { timeout: 10_000 });
	const others = [open.ask('generate', {}, bob), open.ask('generate', {}, bob)] as const;
	await vi.waitFor(() => expect(others.map(stateOf)).toEqual(['waiting', 'waiting']), { timeout: 10_000 });
	return [first, ...others];
}

test('makes a picture and reports it in order', async () => {
	const { views, outcome } = open.ask('generate', { prompt: 'a dog' });
	expect((await outcome).view.state).toBe('done');
	expect([...new Set(views.map(({ state }) => state))]).toEqual(['waiting', 'running', 'done']);
});

test('lists the queue and cancels from it', async () => {
	const [first, second, third] = await line();
	const list = await open.answer('queue', {}, bob);
	expect(list.text.split('\n')).toEqual([
		`${id(first)}: /generate by Ann, running`,
		`${id(second)}: /generate by you, next`,
		`${id(third)}: /generate by you, 1 ahead of it`,
	]);
	expect((await open.answer('queue', { action: 'cancel', job: id(second) }, bob)).text).toBe(
		`Cancelled: ${id(second)}.`,
	);
	expect((await second.outcome).view.state).toBe('cancelled');
	expect((await open.answer('queue', { action: 'cancel' }, bob)).text).toBe(`Cancelled: ${id(third)}.`);
	expect((await third.outcome).view.state).toBe('cancelled');
	expect(await open.desk.press(button(first.views.at(-1)!, 'Cancel'), tess)).toMatchObject({ text: 'Cancelling.' });
	expect((await first.outcome).view.state).toBe('cancelled');
	expect((await open.answer('queue')).text).toBe('The queue is empty.');
});

test('cancels a request whose job is still on its way to the runner', async () => {
	const submit = far.submit;
	let pressed: Promise<unknown> | undefined;
	vi.spyOn(far, 'submit').mockImplementationOnce((job, options) => {
		const queued = submit(job, options);
		pressed = open.desk.press(buttonId('cancel', options.id), ann);
		return queued;
	});
	const { view } = await open.ask('generate').outcome;
	expect(view.state).toBe('cancelled');
	expect(await pressed).toMatchObject({ text: 'Cancelling.' });
});

test('reports a runner that rejects a job, and goes on with the next', async () => {
	vi.spyOn(open.runner, 'submit').mockRejectedValueOnce(new RunnerError('No worker is there.'));
	const { view, fault } = await open.ask('generate').outcome;
	expect([view.state, view.text, fault]).toEqual([
		'failed',
		'Pictures are unavailable for now: no worker is there.',
		'internal',
	]);
	expect((await open.answer('queue')).text).toBe('The queue is empty.');
	expect((await open.answer('generate')).state).toBe('done');
});
