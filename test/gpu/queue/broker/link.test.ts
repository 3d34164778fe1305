/** Messages through a real broker. */
import { ReplyError } from 'ioredis';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Link } from '../../../../gpu/queue/broker/link.ts';
import { until } from '../../../fakes/until.ts';
import { describeOnBroker } from './on-a-broker.ts';

describeOnBroker('a message', (broker) => {
	it('that a listener fails at is logged, and the next one arrives', async () => {
		const logged: string[] = [];
		const link = new Link(broker.server.url, (line) => logged.push(line));
		await until('the broker', () => link.isUp);
		const heard: number[] = [];
		link.subscribe('numbers', z.object({ number: z.number() }), ({ number }) => {
			if (number === 1) throw new Error('not this one');
			heard.push(number);
		});
		// Nobody says when a subscription has begun.
		await vi.waitFor(async () => {
			for (const number of [1, 2]) await broker.redis.publish('numbers', JSON.stringify({ number }));
			expect(heard).not.toEqual([]);
		});
		link.close();
		expect(new Set(heard)).toEqual(new Set([2]));
		expect(logged[0]).toMatch(/^a message from another machine could not be dealt with: Error: not this one/);
	});

	it('is not heard in another database of the broker', async () => {
		const links = ['', '/0', '/1'].map((database) => new Link(broker.server.url + database, () => {}));
		const heard = links.map((): unknown[] => []);
		await until('the broker', () => links.every(({ isUp }) => isUp));
		for (const [i, link] of links.entries())
			link.subscribe('numbers', z.object({ number: z.number() }), ({ number }) => heard[i].push(number));
		await vi.waitFor(() => {
			links[0].publish('numbers', { number: 0 });
			links[2].publish('numbers', { number: 1 });
			for (const numbers of heard) expect(numbers).not.toEqual([]);
		});
		for (const link of links) link.close();
		expect(heard.map((numbers) => [...new Set(numbers)])).toEqual([[0], [0], [1]]);
	});
});

describeOnBroker('a complaint', (broker) => {
	afterEach(() => vi.restoreAllMocks());

	it('is logged once while it lasts, and again when it comes back without the connection having been lost', async () => {
		const logged: string[] = [];
		const link = new Link(broker.server.url, (line) => logged.push(line));
		await until('the broker', () => link.isUp);
		const clock = vi.spyOn(performance, 'now');
		const full = new ReplyError('OOM command not allowed');
		const sentence = 'The broker is out of memory; raise its maxmemory.';
		for (const second of [0, 1, 50, 100, 155]) {
			clock.mockReturnValue(second * 1000);
			link.complain(full);
		}
		expect(logged).toEqual([sentence]);
		// Nobody could have renewed a lock.
		expect(link.wasDown).toBe(true);
		clock.mockReturnValue(166_000);
		expect(link.wasDown).toBe(false);
		clock.mockReturnValue(216_000);
		link.complain(full);
		expect(logged).toEqual([sentence, sentence]);
		link.close();
	});
});
