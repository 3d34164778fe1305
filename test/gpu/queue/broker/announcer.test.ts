import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Announcer } from '../../../../gpu/queue/broker/announcer.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { Link } from '../../../../gpu/queue/broker/link.ts';
import type { Executor } from '../../../../gpu/queue/executor.ts';
import { until } from '../../../fakes/until.ts';
import { describeOnBroker } from './on-a-broker.ts';

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

describeOnBroker('what a worker says of itself', (broker) => {
	const id = 'gpu1-a';
	const keys = keysOf('test');
	let link: Link;
	let announcer: Announcer;
	let logged: string[];
	beforeEach(async () => {
		await broker.redis.config('SET', 'maxmemory', 0);
		logged = [];
		slots = 2;
		const log = (line: string) => void logged.push(line);
		link = new Link(broker.server.url, log);
		await until('the broker', () => link.isUp);
		const training = { device: 'cpu', isReserved: false } as const;
		announcer = new Announcer({
			...{ id, queue: 'test', machine: 'gpu1', version: '1', executor, training, keys, link, log },
			say: () => {},
		});
	});
	afterEach(async () => {
		await announcer.stop();
		link.close();
	});

	const seen = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 5000, interval: 20 });
	const saidReady = async () =>
		expect(JSON.parse((await broker.redis.hget(keys.worker(id), 'state')) ?? '{}')).toMatchObject({ ready: true });

	it('brings it back into the list that a bot removed it from', async () => {
		announcer.start();
		await seen(saidReady);
		await broker.redis.srem(keys.workers, id);
		await seen(async () => expect(await broker.redis.smembers(keys.workers)).toEqual([id]));
	});

	it('is said again, with its models, when the broker has forgotten it', async () => {
		announcer.start();
		await seen(saidReady);
		await broker.redis.del(keys.worker(id));
		await seen(async () => {
			await saidReady();
			expect(await broker.redis.hget(keys.worker(id), 'models')).toBe('{"usable":[],"damaged":[]}');
		});
	});

	it('is as of now when it is said again, not as of what was forgotten', async () => {
		announcer.start();
		await seen(saidReady);
		await broker.redis.multi().del(keys.worker(id)).srem(keys.workers, id).exec();
		for (slots of [3, 4]) announcer.refresh();
		await seen(async () => expect(await broker.redis.hget(keys.worker(id), 'models')).not.toBeNull());
		expect(JSON.parse((await broker.redis.hget(keys.worker(id), 'state')) ?? '{}')).toMatchObject({ slots: 4 });
	});

	it('is answered by the bot’s version, which is logged if it is another one', async () => {
		await broker.redis.set(keys.bot, JSON.stringify({ bot: 'bot', run: '1', version: '2' }));
		announcer.start();
		await until('the line', () => logged.some((line) => line.startsWith('The bot runs Flipside 2 and this worker 1')));
	});

	it('is said again until the broker has room for it', async () => {
		announcer.start();
		await seen(saidReady);
		await broker.redis.config('SET', 'maxmemory', 1);
		slots = 5;
		announcer.refresh();
		await until('the complaint', () => logged.length > 0);
		await broker.redis.config('SET', 'maxmemory', 0);
		await seen(async () => {
			expect(JSON.parse((await broker.redis.hget(keys.worker(id), 'state')) ?? '{}')).toMatchObject({ slots: 5 });
		});
	});

	it('stays while the broker has no room', async () => {
		announcer.start();
		await seen(saidReady);
		await broker.redis.config('SET', 'maxmemory', 1);
		await broker.redis.pexpire(keys.worker(id), 1500);
		await seen(async () => expect(await broker.redis.pttl(keys.worker(id))).toBeGreaterThan(2000));
	});
});
