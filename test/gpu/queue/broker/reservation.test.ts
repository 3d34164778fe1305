import { expect, it } from 'vitest';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { assertFree, createReservation } from '../../../../gpu/queue/broker/reservation.ts';
import { describeOnBroker } from './on-a-broker.ts';

const BOT = 'bot';
const OTHER_BOT = 'other';

const REFUSED = 'Another bot uses the queue "test"; stop it, or set QUEUE_NAME to another name for one of them.';

describeOnBroker('who has a queue', (broker) => {
	const keys = keysOf('test');
	const reserve = (bot: string, takeOver = async () => {}) =>
		createReservation({ redis: broker.redis, keys, queue: 'test', bot, version: '1', takeOver });
	const free = (bot: string) => assertFree({ redis: broker.redis, keys, queue: 'test', bot });

	it('takes it over again until that succeeds, and then no more', async () => {
		const answers: (Error | undefined)[] = [new Error('OOM'), new Error('READONLY'), undefined];
		let calls = 0;
		const bot = reserve(BOT, async () => {
			const answer = answers[calls++];
			if (answer) throw answer;
		});
		await expect(bot.renew()).rejects.toThrow('OOM');
		await expect(bot.renew()).rejects.toThrow('READONLY');
		await bot.renew();
		await bot.renew();
		expect(calls).toBe(3);
	});

	it('is the bot that was started last, until that has ended', async () => {
		let calls = 0;
		const first = reserve(BOT, async () => void calls++);
		const second = reserve(BOT);
		await first.renew();
		await second.renew();
		await expect(first.renew()).rejects.toThrow(REFUSED);
		await expect(first.renew()).rejects.toThrow(REFUSED);
		await second.renew();
		await second.release();
		await first.renew();
		expect(calls).toBe(2);
		await expect(second.renew()).rejects.toThrow(REFUSED);
	});

	it('is not another bot', async () => {
		await reserve(BOT).renew();
		await expect(reserve(OTHER_BOT).renew()).rejects.toThrow(REFUSED);
	});

	it('is whoever asks, once a killed bot’s reservation has expired', async () => {
		await reserve(OTHER_BOT).renew();
		await broker.redis.pexpire(keys.bot, 700);
		const before = performance.now();
		await free(BOT);
		expect(performance.now() - before).toBeGreaterThan(500);
		await reserve(BOT).renew();
	});

	it('is a living bot, as is clear at its next renewal', async () => {
		const living = reserve(OTHER_BOT);
		await living.renew();
		await broker.redis.pexpire(keys.bot, 4000);
		const renewal = setTimeout(() => void living.renew(), 300);
		const before = performance.now();
		await expect(free(BOT)).rejects.toThrow(REFUSED);
		expect(performance.now() - before).toBeLessThan(1500);
		clearTimeout(renewal);
	});

	it('is somebody, if what is written there cannot be read', async () => {
		await broker.redis.set(keys.bot, '{"bot":', 'PX', 300);
		await expect(reserve(BOT).renew()).rejects.toThrow(REFUSED);
		await free(BOT);
	});
});
