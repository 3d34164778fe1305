import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Cancelled } from '../../../commands/lib/perform-errors.ts';
import type { Job } from '../../../gpu/jobs/index.ts';
import { SHORT_LINE } from '../../../gpu/queue/long-line.ts';
import { type JobEvent, type JobRunner, RunnerError } from '../../../gpu/queue/runner.ts';
import { Forecasts } from '../../../src/desk/forecasts.ts';
import { JobTracker } from '../../../src/desk/job-tracker.ts';
import type { MessageView } from '../../../src/desk/view.ts';
import { memoryDatabase } from '../../../src/store/database.ts';
import { PaceStore } from '../../../src/store/paces.ts';
import type { RequestRecord } from '../../../src/store/records.ts';
import { fakeJob } from '../../gpu/queue/recorder.ts';
import { ann } from './open-desk.ts';

/** A runner that does nothing by itself. */
function scriptedRunner() {
	let listener = (_: JobEvent) => {};
	const submit = vi.fn<JobRunner['submit']>(async () => {});
	const cancel = vi.fn<JobRunner['cancel']>(async () => true);
	const onEvent = (heard: typeof listener) => {
		listener = heard;
		return () => {};
	};
	const tell = (...events: JobEvent[]) => {
		for (const event of events) listener(event);
	};
	return { submit, cancel, onEvent, tell };
}

const job = { ...fakeJob('a dog'), steps: 10, guidanceScale: 1 };
const result = { images: [], notes: [] };

let runner: ReturnType<typeof scriptedRunner>;
let forecasts: Forecasts;
let tracker: JobTracker;
beforeEach(() => {
	const paces = new PaceStore(memoryDatabase());
	paces.add('generate', 'fake', 1);
	runner = scriptedRunner();
	forecasts = new Forecasts(paces, () => ({ slots: 1, shortSlots: 1 }));
	const parts = { runner: runner as unknown as JobRunner, save: () => {}, forecasts, maxRunning: 1 };
	tracker = new JobTracker(parts);
});

function perform(id: string, what: Job = job) {
	const views: MessageView[] = [];
	const record: RequestRecord = { id, command: 'generate', options: {}, owner: ann, state: 'waiting' };
	const blank = {
		requestId: id,
		title: '',
		state: 'waiting',
		text: '',
		figures: [],
		buttons: [],
		personal: false,
	} as const;
	return { record, views, made: tracker.perform(record, what, blank, (view) => views.push(view)) };
}

describe('a slow runner', () => {
	test('may finish a job before it confirms queueing it', async () => {
		runner.submit.mockReturnValue(new Promise(() => {}));
		const { made, record } = perform('a');
		runner.tell({ id: 'a', type: 'started' }, { id: 'a', type: 'done', result });
		expect(await made).toEqual({ ...result, seconds: expect.any(Number) });
		expect(record).toMatchObject({ state: 'running', result });
	});

	test('gets a cancel while it is still queueing the job', async () => {
		let isQueued = () => {};
		runner.submit.mockReturnValue(new Promise((resolve) => (isQueued = resolve)));
		const { made } = perform('a');
		const cancelled = tracker.cancel('a');
		expect(runner.cancel).toHaveBeenCalledExactlyOnceWith('a');
		isQueued();
		await cancelled;
		runner.tell({ id: 'a', type: 'cancelled' });
		await expect(made).rejects.toThrow(Cancelled);
		await expect(perform('a').made).rejects.toThrow(Cancelled);
		tracker.forget('a');
		runner.tell({ id: 'a', type: 'done', result }); // a job that nobody follows
		expect(runner.submit).toHaveBeenCalledOnce();
	});

	test('leaves nothing behind if it rejects a job', async () => {
		const refusal = new RunnerError('Nobody is there to run anything.');
		runner.submit.mockRejectedValueOnce(refusal);
		const refused = perform('a');
		expect(tracker.position('a')).toBe(0);
		await expect(refused.made).rejects.toBe(refusal);
		expect([tracker.position('a'), forecasts.eta('a')]).toEqual([undefined, undefined]);
		const { views, made } = perform('a');
		runner.tell({ id: 'a', type: 'started' }, { id: 'a', type: 'done', result });
		await made;
		expect([views.length, refused.views.length]).toEqual([1, 0]);
	});
});

test('a job that cannot even be queued leaves nothing behind', async () => {
	const expected = vi.spyOn(forecasts, 'expected').mockImplementationOnce(() => {
		throw new Error('the disk has failed');
	});
	await expect(perform('a').made).rejects.toThrow('the disk has failed');
	expected.mockRestore();
	expect([forecasts.waiting, tracker.position('a')]).toEqual([0, undefined]);
});

test('a job that is refused after its end costs the next one of its request nothing', async () => {
	let refuse = (_: Error) => {};
	runner.submit.mockReturnValueOnce(new Promise((_, reject) => (refuse = reject)));
	const first = perform('a');
	runner.tell({ id: 'a', type: 'started' }, { id: 'a', type: 'done', result });
	await first.made;
	const second = perform('a');
	refuse(new RunnerError('The connection was lost.'));
	await Promise.resolve();
	runner.tell({ id: 'a', type: 'started' }, { id: 'a', type: 'done', result });
	expect(await second.made).toMatchObject(result);
});

describe('the waiting line', () => {
	/** A job's start in its last view, in whole seconds. */
	const startsIn = (views: readonly MessageView[]) =>
		Math.max(0, Math.round(((views.at(-1)?.eta?.startsAt ?? Number.NaN) - Date.now()) / 1000));

	test('shows at once that a job waits in a long one, of which the runner reports only now and then', async () => {
		const waiting = Array.from({ length: SHORT_LINE + 1 }, (_, i) => perform(`job ${i}`));
		expect(waiting.slice(0, -1).flatMap(({ views }) => views)).toEqual([]);
		const [last] = waiting.slice(-1);
		expect(last.views).toMatchObject([{ state: 'waiting', text: 'Waiting in a long line.', eta: undefined }]);
		runner.tell({ id: last.record.id, type: 'queued', position: 7 });
		await Promise.resolve();
		expect(last.views.at(-1)).toMatchObject({ text: 'Waiting: 7 ahead of this one.' });
	});

	test('does not say so of a short job, which need not wait for the others', () => {
		for (let i = 0; i <= SHORT_LINE; i++) perform(`job ${i}`);
		expect(perform('short', { ...job, steps: 1 }).views).toEqual([]);
	});

	test('forecasts the start of each waiting job from the positions after a change', async () => {
		const [a, b, c] = ['a', 'b', 'c'].map((id) => perform(id));
		runner.tell({ id: 'b', type: 'queued', position: 1 }, { id: 'c', type: 'queued', position: 2 });
		await Promise.resolve();
		expect([b, c].map(({ views }) => startsIn(views))).toEqual([10, 20]);
		expect(b.views.at(-1)).toMatchObject({ state: 'waiting', text: 'Waiting: 1 ahead of this one.' });
		// Another job goes first.
		runner.tell(...['c', 'a', 'b'].map((id, position) => ({ id, type: 'queued', position }) as const));
		await Promise.resolve();
		expect([a, b, c].map(({ views }) => startsIn(views))).toEqual([10, 20, 0]);
		expect(c.views.at(-1)?.text).toBe('Waiting: next in line.');
	});

	test('says “about” while others may still overtake', async () => {
		const { views } = perform('a');
		runner.tell({ id: 'a', type: 'queued', position: 66, mayGrow: true });
		await Promise.resolve();
		expect(views.at(-1)?.text).toBe('Waiting: about 66 ahead of this one.');
		runner.tell({ id: 'a', type: 'queued', position: 66 });
		await Promise.resolve();
		expect(views.at(-1)?.text).toBe('Waiting: 66 ahead of this one.');
	});

	test('says “next in line” even if others may still overtake', async () => {
		const { views } = perform('a');
		runner.tell({ id: 'a', type: 'queued', position: 0, mayGrow: true });
		await Promise.resolve();
		expect(views.at(-1)?.text).toBe('Waiting: next in line so far.');
		expect(tracker.mayGrow('a')).toBe(true);
		runner.tell({ id: 'a', type: 'queued', position: 0 });
		await Promise.resolve();
		expect(views.at(-1)?.text).toBe('Waiting: next in line.');
		expect(tracker.mayGrow('a')).toBe(false);
	});

	test('says why nothing starts, and forecasts nothing', async () => {
		const { views } = perform('a');
		const standstill = 'No worker is ready; it starts as soon as one is.';
		runner.tell({ id: 'a', type: 'queued', position: 0, standstill });
		await Promise.resolve();
		expect(views.at(-1)).toMatchObject({ text: `Waiting: next in line. ${standstill}`, standstill, eta: undefined });
	});

	test('says that a job that ran waits again, and counts it as waiting', async () => {
		const { views, record, made } = perform('a');
		const progress = { id: 'a', type: 'progress', done: 5, total: 10, preview: new Uint8Array(1) } as const;
		runner.tell({ id: 'a', type: 'started' }, progress, { id: 'a', type: 'queued', position: 0 });
		await Promise.resolve();
		expect(views.at(-1)?.text).toBe('Waiting: it was interrupted, and goes on as soon as it can.');
		expect([record.state, startsIn(views), tracker.position('a')]).toEqual(['waiting', 0, 0]);
		const standstill = 'No worker is ready; it starts as soon as one is.';
		runner.tell({ id: 'a', type: 'queued', position: 0, standstill });
		await Promise.resolve();
		expect(views.at(-1)?.text).toBe(`Waiting: it was interrupted, and goes on as soon as it can. ${standstill}`);
		runner.tell({ id: 'a', type: 'started' }, { ...progress, preview: undefined });
		expect(views.at(-1)).toMatchObject({ state: 'running', progress: { done: 5, total: 10, preview: undefined } });
		expect([record.state, tracker.position('a')]).toEqual(['running', undefined]);
		runner.tell({ id: 'a', type: 'done', result });
		await made;
	});

	test('says nothing about waiting once the job runs', async () => {
		const { views } = perform('a');
		runner.tell({ id: 'a', type: 'queued', position: 0 }, { id: 'a', type: 'started' });
		await Promise.resolve();
		expect(views.map(({ text }) => text)).toEqual(['Starting.']);
		expect(tracker.position('a')).toBeUndefined();
	});
});
