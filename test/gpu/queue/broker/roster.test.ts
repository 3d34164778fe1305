import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { Link } from '../../../../gpu/queue/broker/link.ts';
import type { Assignment } from '../../../../gpu/queue/broker/protocol.ts';
import { Roster } from '../../../../gpu/queue/broker/roster.ts';
import type { WorkerState } from '../../../../gpu/queue/broker/worker-state.ts';
import type { ModelSummary } from '../../../../gpu/queue/runner.ts';
import { until } from '../../../fakes/until.ts';
import { describeOnBroker } from './on-a-broker.ts';

const state: WorkerState = {
	...{ machine: 'gpu1', version: '1', ready: true, slots: 2, shortSlots: 1, modelsChanged: 1 },
	devices: [{ device: 'cpu', slots: 2, running: 0, loaded: [] }],
	training: { device: 'cpu', isReserved: false },
};
const model: ModelSummary = {
	...{ name: 'tiny', summary: 'draws', stage: 1, sampleSize: 64, revision: 'a', parameters: 9, guidanceScale: 4 },
	...{ textWidth: 8, vocabulary: { things: ['dog'], words: ['a', 'dog'] }, guessedPace: 0.5, lacksWatermark: true },
};
const models = { usable: [], damaged: [] };

describeOnBroker('what a bot knows of its workers', (broker) => {
	const keys = keysOf('test');
	let link: Link;
	let roster: Roster;
	let logged: string[];
	let now: number;
	beforeEach(async () => {
		[logged, now] = [[], 0];
		const log = (line: string) => void logged.push(line);
		link = new Link(broker.server.url, log);
		await until('the broker', () => link.isUp);
		roster = new Roster({ link, keys, version: '1', log, onStalled: () => {}, now: () => now });
	});
	afterEach(async () => {
		await roster.close();
		link.close();
	});

	async function announce(id: string, said: object = state, offered: object = models): Promise<void> {
		await broker.redis.sadd(keys.workers, id);
		await broker.redis.hset(keys.worker(id), { state: JSON.stringify(said), models: JSON.stringify(offered) });
	}

	const usable = () => roster.usable.map(({ id }) => id);

	it('is nothing of a worker of which the broker has forgotten everything', async () => {
		await announce('gpu1-a');
		await announce('gpu2-b', { ...state, machine: 'gpu2' });
		await roster.read();
		expect(usable()).toEqual(['gpu1-a', 'gpu2-b']);
		await broker.redis.flushall();
		await announce('gpu2-b', { ...state, machine: 'gpu2' });
		await roster.read();
		expect(roster.devices().map(({ machine }) => machine)).toEqual(['gpu2']);
		expect(await broker.redis.keys(`${keys.queues}:gpu1-a:*`)).toEqual([]);
	});

	it('lasts until what it gave to a forgotten worker is over', async () => {
		await announce('gpu1-a');
		await roster.read();
		const [site] = roster.sites;
		site.given.usual++;
		await broker.redis.flushall();
		await roster.read();
		expect([roster.sites, usable()]).toEqual([[site], []]);
		site.given.usual--;
		await roster.read();
		expect(roster.sites).toEqual([]);
	});

	it.each([
		['a takeover', () => roster.takeOver()],
		['the broker lost everything', () => broker.redis.flushall()],
	])('has room for few events after %s', async (_, happen) => {
		await announce('gpu1-a');
		await roster.read();
		await happen();
		await announce('gpu1-a');
		await roster.read();
		const [site] = roster.sites;
		for (let i = 0; i < 250; i++) await site.give('job', `a~${i}`, {} as Assignment);
		// A stream is cut by nodes of a hundred entries.
		expect(await broker.redis.xlen(`${keys.queues}:gpu1-a:events`)).toBeLessThan(150);
		expect(await broker.redis.hget(`${keys.queues}:gpu1-a:meta`, 'opts.maxLenEvents')).toBe('10');
	});

	it('is logged when it changes, however a worker ends', async () => {
		await announce('gpu1-a');
		await announce('gpu2-b');
		await roster.read();
		await broker.redis.del(keys.worker('gpu1-a'), keys.worker('gpu2-b'));
		roster.heard({ worker: 'gpu2-b', type: 'gone' });
		await roster.read();
		expect(logged.toSorted()).toEqual([
			...['the worker gpu1-a is gone', 'the worker gpu1-a is here'],
			...['the worker gpu2-b is gone', 'the worker gpu2-b is here'],
		]);
	});

	it('comes to include the models of a worker as soon as they are there', async () => {
		await announce('gpu1-a');
		await broker.redis.hdel(keys.worker('gpu1-a'), 'models');
		await roster.read();
		expect(usable()).toEqual([]);
		await announce('gpu1-a');
		await roster.read();
		expect(usable()).toEqual(['gpu1-a']);
	});

	it('comes to include that a worker does not become ready, and for how long', async () => {
		const problems = () => roster.devices().map(({ problem }) => problem);
		const unready = { ...state, ready: false };
		await announce('gpu1-a', unready);
		await announce('gpu2-b', { ...unready, devices: [{ ...state.devices[0], problem: 'No such device.' }] });
		await roster.read();
		now = 119_000;
		await roster.read();
		expect(problems()).toEqual([undefined, 'No such device.']);
		now = 185_000;
		await roster.read();
		await roster.read();
		const delay = 'It has been connected for 3 min and is not ready yet; its log says why.';
		expect(problems()).toEqual([delay, 'No such device.']);
		await announce('gpu1-a');
		await roster.read();
		expect(problems()).toEqual([undefined, 'No such device.']);
		expect(logged.filter((line) => line.includes('gpu1-a'))).toEqual([
			...['the worker gpu1-a is here', `the worker gpu1-a gets no jobs. ${delay}`, 'the worker gpu1-a is ready'],
		]);
	});

	it.each([
		['itself', 'slots', { ...state, slots: 'two' }, models],
		['itself', 'devices', { ...state, devices: null }, models],
		['itself', 'devices.0.loaded', { ...state, devices: [{ device: 'cpu', slots: 2, running: 0 }] }, models],
		['its models', 'usable', state, { damaged: [] }],
		['its models', 'usable.0.revision', state, { usable: [{ ...model, revision: 1 }], damaged: [] }],
	])('is a problem if what a worker says of %s makes no sense (%s)', async (what, where, said, offered) => {
		await announce('gpu1-a', said, offered);
		await roster.read();
		const problem = `What it says of ${what} makes no sense (${where}); install the bot's Flipside there anew.`;
		expect(roster.devices()).toEqual([
			{ machine: 'gpu1', device: 'unknown', slots: 0, running: 0, loaded: [], problem },
		]);
		expect(usable()).toEqual([]);
		expect(logged).toContain(`the worker gpu1-a gets no jobs. ${problem}`);
		await announce('gpu1-a', { ...state, modelsChanged: 2 }, { usable: [model], damaged: [] });
		await roster.read();
		expect([usable(), roster.devices()[0].problem]).toEqual([['gpu1-a'], undefined]);
		expect(roster.models.usable).toEqual([model]);
	});

	it('is that a worker may be dead whose job has stalled, until it is heard of again', async () => {
		await announce('gpu1-a');
		await roster.read();
		const [site] = roster.sites;
		await site.give('job', 'a~1', {} as Assignment);
		await broker.redis.hset(`${keys.queues}:gpu1-a:a~1`, 'stc', 1);
		// What was not renewed while the broker was away says nothing of the worker.
		vi.spyOn(link, 'wasDown', 'get').mockReturnValueOnce(true);
		expect([await site.look('a~1'), site.isSuspect]).toEqual([{ is: 'stalled' }, false]);
		expect([await site.look('a~1'), site.isSuspect]).toEqual([{ is: 'stalled' }, true]);
		roster.heard({ worker: 'gpu1-a', type: 'ended', placement: 'b~1' });
		expect(site.isSuspect).toBe(false);
	});

	it('is logged of a worker of another version once', async () => {
		await announce('gpu1-a', { machine: 'gpu1', version: '0.9' });
		for (let i = 0; i < 3; i++) await roster.read();
		const problem = 'It runs Flipside 0.9, and the bot 1; update the older one.';
		expect(logged).toEqual(['the worker gpu1-a is here', `the worker gpu1-a gets no jobs. ${problem}`]);
	});

	it('survives nonsense that is published, or was offered', async () => {
		await announce('gpu1-a');
		await broker.redis.set(keys.offer, '{"usable":[{"name":');
		await roster.takeOver();
		expect(roster.isKnown).toBe(false);
		await roster.read();
		roster.heard({ worker: 'gpu1-a', type: 'state', state: { ...state, devices: 1 } });
		expect(roster.devices()[0].problem).toContain('makes no sense (devices)');
		roster.heard({ worker: 'gpu1-a', type: 'state', state });
		expect(usable()).toEqual(['gpu1-a']);
	});
});
