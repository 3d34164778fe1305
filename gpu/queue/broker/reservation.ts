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
	 * @returns whether somebody else may have had it before
	 * @throws {BrokerError} when another bot has it
	 */
	renew(): Promise<boolean>;
	/** Lets another bot take it. */
	release(): Promise<void>;
}

/** @throws {BrokerError} when another bot has the queue */
export async function assertFree(redis: Redis, keys: Pick<Keys, 'bot'>, queue: string, bot: string): Promise<void> {
	const found = await holderOf(redis, keys);
	if (found && found.bot !== bot) throw taken(queue);
}

/** @param bot names the bot: after a crash it takes its queue back at once, without waiting for its own old reservation */
export function createReservation(redis: Redis, keys: Pick<Keys, 'bot'>, queue: string, bot: string): Reservation {
	const own = { bot, run: randomUUID() };
	let has = false;
	let hadOnce = false;
	let isSuperseded = false;

	return {
		async renew() {
			const found = await holderOf(redis, keys);
			if (found?.run === own.run) {
				await redis.pexpire(keys.bot, LIFE_MS);
				return false;
			}
			// Started anew while this one was away: it must not take the queue back.
			if (found?.bot === bot && hadOnce) isSuperseded = true;
			if (isSuperseded || (found && found.bot !== bot)) {
				has = false;
				throw taken(queue);
			}
			await take(found === undefined);
			const isNew = !has;
			has = hadOnce = true;
			return isNew;
		},

		async release() {
			if ((await holderOf(redis, keys))?.run === own.run) await redis.del(keys.bot);
		},
	};

	async function take(isFree: boolean): Promise<void> {
		const value = JSON.stringify(own);
		if (!isFree) await redis.set(keys.bot, value, 'PX', LIFE_MS);
		else if ((await redis.set(keys.bot, value, 'PX', LIFE_MS, 'NX')) === null) throw taken(queue);
	}
}

async function holderOf(redis: Redis, keys: Pick<Keys, 'bot'>) {
	return holder.safeParse(JSON.parse((await redis.get(keys.bot)) ?? 'null')).data;
}

const taken = (queue: string) =>
	new BrokerError(
		`Another bot uses the queue "${queue}"; stop it, or set QUEUE_NAME to another name for one of them.`,
		{
			isFinal: true,
		},
	);
