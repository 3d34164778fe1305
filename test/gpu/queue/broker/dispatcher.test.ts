/** What a dispatcher does when something goes wrong at the broker or at a worker, without either. */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, it, vi } from 'vitest';
import { UserError } from '../../../../gpu/jobs/index.ts';
import { Dispatcher, type DispatcherOptions } from '../../../../gpu/queue/broker/dispatcher.ts';
import { HELD } from '../../../../gpu/queue/broker/failure.ts';
import type { Site } from '../../../../gpu/queue/broker/site.ts';
import type { ExecutionEvent } from '../../../../gpu/queue/executor.ts';
import type { JobEnd } from '../../../../gpu/queue/runner.ts';
import { memoryBlobs } from '../../../fakes/memory-blobs.ts';
import { fakeJob } from '../recorder.ts';

const REFUSED = new Error('WRONGPASS invalid username-password pair');

let isUp: boolean;
let site: Site;
let own: ReturnType<typeof memoryBlobs>;
let between: ReturnType<typeof memoryBlobs>;
let dispatcher: Dispatcher;
let logged: string[];
beforeEach(() => {
	logged = [];
	isUp = true;
	[own, between] = [memoryBlobs(), memoryBlobs()];
	site = {
		id: 'gpu1-a',
		given: { usual: 0, short: 0, training: 0 },
		state: {},
		give: vi.fn(async () => {}),
		withdraw: vi.fn(async () => true),
		look: vi.fn(async () => ({ is: 'running' })),
	} as unknown as Site;
	const link = {
		get isUp() {
			return isUp;
		},
		publish: () => {},
		complain: () => {},
	};
	dispatcher = new Dispatcher({
		...{
			link,
			keys: { orders: '' },
			room: { siteFor: () => site },
			log: (line: string) => void logged.push(line),
			onChange: () => {},
		},
		dock: { dataDir: '', own, between },
	} as unknown as DispatcherOptions);
	dispatcher.open();
});

/** How a job ended whose result is on the broker. */
async function done(): Promise<JobEnd> {
	const blob = await between.put(Buffer.from('a picture'));
	return { id: 'a~1', type: 'done', result: { images: [{ blob, width: 8, height: 8, seed: 1 }], notes: [] } };
}

function run(onReturn?: (deaths: number) => void, { signal } = new AbortController()) {
	const told: string[] = [];
	const reasons: (string | undefined)[] = [];
	const tell = (event: ExecutionEvent) => {
		told.push(event.type);
		if (event.type === 'interrupted') reasons.push(event.reason);
	};
	const end = dispatcher.run({ id: 'a', job: fakeJob('a cat'), signal, tell, onReturn });
	return { end, told, reasons };
}

it('hands a job over again that was refused because the connection was, once that is back', async () => {
	vi.mocked(site.give).mockImplementation(async () => {
		isUp = false;
		throw REFUSED;
	});
	void run();
	await delay(20);
	expect(site.give).toHaveBeenCalledOnce();
	vi.mocked(site.give).mockResolvedValue();
	isUp = true;
	dispatcher.open();
	await vi.waitFor(() => expect(site.give).toHaveBeenCalledTimes(2));
	expect(site.given.usual).toBe(1);
});

it('logs why a job goes elsewhere, and gives it back with the count of its deaths', async () => {
	const onReturn = vi.fn();
	vi.mocked(site.look).mockResolvedValue({ is: 'died' });
	const { end, told } = run(onReturn);
	await vi.waitFor(() => expect(site.give).toHaveBeenCalled());
	dispatcher.pause();
	dispatcher.lookAtAll();
	expect(await end).toEqual({ id: 'a', type: 'cancelled' });
	expect([onReturn.mock.calls, told, site.given.usual]).toEqual([[[1]], [], 0]);
	expect(logged).toEqual(['a job left gpu1-a: the process that ran it died']);
});

it('fails one that was refused for itself', async () => {
	vi.mocked(site.give).mockRejectedValueOnce(new Error('too large'));
	expect((await run().end).type).toBe('failed');
	expect(site.given.usual).toBe(0);
});

it('says that a job waits for a worker again when the result is lost that waited for room on the disk', async () => {
	vi.spyOn(own, 'put').mockRejectedValueOnce(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
	vi.mocked(site.look)
		.mockResolvedValueOnce({ is: 'over', end: await done() })
		.mockResolvedValueOnce({ is: 'back' })
		.mockResolvedValue({ is: 'waiting' });
	const { told, reasons } = run();
	await vi.waitFor(() => expect(site.give).toHaveBeenCalledOnce());
	await vi.waitFor(() => {
		dispatcher.lookAtAll();
		expect(site.give).toHaveBeenCalledTimes(2);
	});
	expect(told).toEqual(['interrupted', 'interrupted']);
	expect(reasons).toEqual([HELD, undefined]);
});

it('leaves nothing on the broker of a job that is cancelled when it has just ended', async () => {
	vi.mocked(site.look).mockResolvedValue({ is: 'over', end: await done() });
	const remove = vi.spyOn(between, 'remove');
	const stop = new AbortController();
	const { end } = run(undefined, stop);
	await vi.waitFor(() => expect(site.give).toHaveBeenCalled());
	await delay(1);
	stop.abort();
	expect(await end).toEqual({ id: 'a', type: 'cancelled' });
	expect(remove).toHaveBeenCalledExactlyOnceWith(await between.put(Buffer.from('a picture')));
});

it('does not complain of a result that is removed while it is fetched, because its job is cancelled', async () => {
	vi.mocked(site.look).mockResolvedValue({ is: 'over', end: await done() });
	const removed = vi.spyOn(between, 'remove');
	const get = vi.spyOn(between, 'get').mockImplementation(async () => {
		await vi.waitFor(() => expect(removed).toHaveBeenCalled());
		throw new UserError('It is gone.');
	});
	const stop = new AbortController();
	const { end } = run(undefined, stop);
	await vi.waitFor(() => expect(site.give).toHaveBeenCalled());
	await delay(1);
	dispatcher.lookAtAll();
	await vi.waitFor(() => expect(get).toHaveBeenCalled());
	stop.abort();
	expect(await end).toEqual({ id: 'a', type: 'cancelled' });
	await vi.waitFor(() => expect(site.withdraw).toHaveBeenCalledTimes(2));
	expect(logged).toEqual([]);
});

it('leaves a result on the broker that an equal job has too', async () => {
	const tell = () => {};
	const job = fakeJob('a cat');
	vi.mocked(site.look).mockResolvedValue({ is: 'over', end: await done() });
	const stop = new AbortController();
	const { end } = run(undefined, stop);
	const other = dispatcher.run({ id: 'b', job, signal: new AbortController().signal, tell });
	await vi.waitFor(() => expect(site.give).toHaveBeenCalledTimes(2));
	await delay(1);
	stop.abort();
	expect(await end).toEqual({ id: 'a', type: 'cancelled' });
	dispatcher.lookAtAll();
	expect(await other).toMatchObject({ id: 'b', type: 'done' });
});

it('fetches a result less and less often while there is no room for it', async () => {
	vi.useFakeTimers({ toFake: ['performance'] });
	try {
		const put = vi.spyOn(own, 'put').mockRejectedValue(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
		vi.mocked(site.look).mockResolvedValue({ is: 'over', end: await done() });
		void run();
		await vi.waitFor(() => expect(site.give).toHaveBeenCalledOnce());
		const tries: number[] = [];
		for (let second = 0; second < 100; second++) {
			const before = put.mock.calls.length;
			dispatcher.lookAtAll();
			await delay(1);
			if (put.mock.calls.length > before) tries.push(second);
			vi.advanceTimersByTime(1000);
		}
		expect(tries).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
	} finally {
		vi.useRealTimers();
	}
});

it('fetches a result again that could not be fetched because the connection was refused', async () => {
	vi.mocked(site.look).mockResolvedValue({ is: 'over', end: await done() });
	const get = vi.spyOn(between, 'get').mockImplementationOnce(async () => {
		isUp = false;
		throw REFUSED;
	});
	const { end } = run();
	await vi.waitFor(() => expect(site.give).toHaveBeenCalled());
	dispatcher.lookAtAll();
	await vi.waitFor(() => expect(get).toHaveBeenCalled());
	isUp = true;
	await vi.waitFor(() => {
		dispatcher.lookAtAll();
		expect(get).toHaveBeenCalledTimes(2);
	});
	expect(await end).toMatchObject({ id: 'a', type: 'done' });
});
