/** Messages through a real broker. */
import { expect, it, vi } from 'vitest';
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
});
