import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer } from '../../../../gpu/queue/broker/announcer.ts';
import { connectOnce } from '../../../../gpu/queue/broker/connection.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { Link } from '../../../../gpu/queue/broker/link.ts';
import type { Executor } from '../../../../gpu/queue/executor.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';
import { until } from '../../../fakes/until.ts';

let slots = 2;
const executor: Executor = {
	get slots() {
		return slots;
	},
	...{ shortSlots: 1, ready: true, givenUp: undefined },
	onChange: () => {},
	start: () => {},
	run: async ({ id }) => ({ id, type: 'cancelled' }),
	models: async () => ({ usable: [], damaged: [] }),
	devices: () => [],
	close: async () => {},
};

describe.skipIf(NO_REDIS)(`what a worker says of itself${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	const id = 'gpu1-a';
	const keys = keysOf('test');
	let server: RedisServer;
	let redis: Redis;
	let link: Link;
	let announcer: Announcer;
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
		await redis.config('SET', 'maxmemory', 0);
		await redis.flushall();
		logged = [];
		slots = 2;
		const log = (line: string) => void logged.push(line);
		link = new Link(server.url, log);
		await until('the broker', () => link.isUp);
		const training = { device: 'cpu', isReserved: false } as const;
		announcer = new Announcer({
			...{ id, machine: 'gpu1', version: '1', executor, training, keys, link, log },
			say: () => {},
		});
	});
	afterEach(async () => {
		await announcer.stop();
		link.close();
	});

	const seen = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 5000, interval: 20 });
	const saidReady = async () =>
		expect(JSON.parse((await redis.hget(keys.worker(id), 'state')) ?? '{}')).toMatchObject({ ready: true });

	it('brings it back into the list that a bot removed it from', async () => {
		announcer.start();
		await seen(saidReady);
		await redis.srem(keys.workers, id);
		await seen(async () => expect(await redis.smembers(keys.workers)).toEqual([id]));
	});

	it('is said again, with its models, when the broker has forgotten it', async () => {
		announcer.start();
		await seen(saidReady);
		await redis.del(keys.worker(id));
		await seen(async () => {
			await saidReady();
			expect(await redis.hget(keys.worker(id), 'models')).toBe('{"usable":[],"damaged":[]}');
		});
	});

	it('is said again until the broker has room for it', async () => {
		announcer.start();
		await seen(saidReady);
		await redis.config('SET', 'maxmemory', 1);
		slots = 5;
		announcer.refresh();
		await until('the complaint', () => logged.length > 0);
		await redis.config('SET', 'maxmemory', 0);
		await seen(async () => {
			expect(JSON.parse((await redis.hget(keys.worker(id), 'state')) ?? '{}')).toMatchObject({ slots: 5 });
		});
	});

	it('stays while the broker has no room', async () => {
		announcer.start();
		await seen(saidReady);
		await redis.config('SET', 'maxmemory', 1);
		await redis.pexpire(keys.worker(id), 1500);
		await seen(async () => expect(await redis.pttl(keys.worker(id))).toBeGreaterThan(2000));
	});
});
