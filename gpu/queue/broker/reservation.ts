/** One bot for each queue: two would take each other's workers away. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { BrokerError } from './connection.ts';
import type { Keys } from './keys.ts';

/** After how long without renewal a bot no longer has its queue, in milliseconds. */
const LIFE_MS = 5000;

const holder = z.object({ bot: z.string(), run: z.string() });

export interface Reservation {
	/**
	 * Takes the queue, or keeps it; call it every second.
	 *
	 * @returns whether that was the first time
	 * @throws {BrokerError} when another bot has it
	 */
	renew(): Promise<boolean>;
	/** Lets another bot take it. */
	release(): Promise<void>;
}

/** @param bot names the bot: after a crash it takes its queue back at once, without waiting for its own old reservation */
export function createReservation(
	redis: Redis,
	{ bot: key }: Pick<Keys, 'bot'>,
	queue: string,
	bot: string,
): Reservation {
	const own = { bot, run: randomUUID() };
	const taken = () =>
		new BrokerError(`Another bot uses the queue "${queue}"; stop it first, or set QUEUE_NAME to another name.`, {
			isFinal: true,
		});
	let has = false;

	async function current() {
		return holder.safeParse(JSON.parse((await redis.get(key)) ?? 'null')).data;
	}

	return {
		async renew() {
			const found = await current();
			if (found?.run === own.run) await redis.pexpire(key, LIFE_MS);
			else if (found && (has || found.bot !== own.bot)) throw taken();
			else {
				const set = found
					? redis.set(key, JSON.stringify(own), 'PX', LIFE_MS)
					: redis.set(key, JSON.stringify(own), 'PX', LIFE_MS, 'NX');
				if ((await set) === null) throw taken();
			}
			const isFirst = !has;
			has = true;
			return isFirst;
		},

		async release() {
			if ((await current())?.run === own.run) await redis.del(key);
		},
	};
}
