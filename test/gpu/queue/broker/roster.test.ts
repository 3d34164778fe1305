import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectOnce } from '../../../../gpu/queue/broker/connection.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { Link } from '../../../../gpu/queue/broker/link.ts';
import type { Assignment, WorkerState } from '../../../../gpu/queue/broker/protocol.ts';
import { Roster } from '../../../../gpu/queue/broker/roster.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { until } from '../../../fakes/until.ts';

const state: WorkerState = {
	...{ machine: 'gpu1', version: '1', ready: true, slots: 2, shortSlots: 1, modelsChanged: 1 },
	devices: [{ device: 'cpu', slots: 2, running: 0, loaded: [] }],
	training: { device: 'cpu', isReserved: false },
};
const models = { usable: [], damaged: [] };

describe.skipIf(NO_REDIS)(`what a bot knows of its workers${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	const keys = keysOf('test');
	let server: RedisServer;
	let redis: Redis;
	let link: Link;
	let roster: Roster;
	let logged: string[];
	beforeAll(async () => {
		server = await RedisServer.start();
		redis = await connectOnce(server.url);
	});
	afterAll(async () => {
		redis?.disconnect();
		await server?.close();
	});
	beforeEach(async () => {
		await redis.flushall();
		logged = [];
		const log = (line: string) => void logged.push(line);
		link = new Link(server.url, log);
		await until('the broker', () => link.isUp);
		roster = new Roster({ link, keys, version: '1', log, onStalled: () => {} });
	});
	afterEach(async () => {
		await roster.close();
		link.close();
	});

	async function announce(id: string, said: object = state, offered: object = models): Promise<void> {
		await redis.sadd(keys.workers, id);
		await redis.hset(keys.worker(id), { state: JSON.stringify(said), models: JSON.stringify(offered) });
	}

	const usable = () => roster.usable.map(({ id }) => id);

	it('is nothing of a worker of which the broker has forgotten everything', async () => {
		await announce('gpu1-a');
		await announce('gpu2-b', { ...state, machine: 'gpu2' });
		await roster.read();
		expect(usable()).toEqual(['gpu1-a', 'gpu2-b']);
		await redis.flushall();
		await announce('gpu2-b', { ...state, machine: 'gpu2' });
		await roster.read();
		expect(roster.devices().map(({ machine }) => machine)).toEqual(['gpu2']);
		expect(await redis.keys(`${keys.queues}:gpu1-a:*`)).toEqual([]);
	});

	it('lasts until what it gave to a forgotten worker is over', async () => {
		await announce('gpu1-a');
		await roster.read();
		const [site] = roster.sites;
		site.given.usual++;
		await redis.flushall();
		await roster.read();
		expect([roster.sites, usable()]).toEqual([[site], []]);
		site.given.usual--;
		await roster.read();
		expect(roster.sites).toEqual([]);
	});

	it.each([
		['a takeover', () => roster.takeOver()],
		['the broker lost everything', () => redis.flushall()],
	])('has room for few events after %s', async (_, happen) => {
		await announce('gpu1-a');
		await roster.read();
		await happen();
		await announce('gpu1-a');
		await roster.read();
		const [site] = roster.sites;
		for (let i = 0; i < 250; i++) await site.give('job', `a~${i}`, {} as Assignment);
		// A stream is cut by nodes of a hundred entries.
		expect(await redis.xlen(`${keys.queues}:gpu1-a:events`)).toBeLessThan(150);
		expect(await redis.hget(`${keys.queues}:gpu1-a:meta`, 'opts.maxLenEvents')).toBe('10');
	});

	it('is logged when it changes, however a worker ends', async () => {
		await announce('gpu1-a');
		await announce('gpu2-b');
		await roster.read();
		await redis.del(keys.worker('gpu1-a'), keys.worker('gpu2-b'));
		roster.heard({ worker: 'gpu2-b', type: 'gone' });
		await roster.read();
		expect(logged.toSorted()).toEqual([
			...['the worker gpu1-a is gone', 'the worker gpu1-a is here'],
			...['the worker gpu2-b is gone', 'the worker gpu2-b is here'],
		]);
	});

	it('comes to include the models of a worker as soon as they are there', async () => {
		await announce('gpu1-a');
		await redis.hdel(keys.worker('gpu1-a'), 'models');
		await roster.read();
		expect(usable()).toEqual([]);
		await announce('gpu1-a');
		await roster.read();
		expect(usable()).toEqual(['gpu1-a']);
	});
});
