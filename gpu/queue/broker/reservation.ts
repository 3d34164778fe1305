/** One bot for each queue: two would take each other's workers away. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import * as z from 'zod';
import { BrokerError } from './connection.ts';
import type { Keys } from './keys.ts';
import { parseJson } from './reading.ts';

/** After how long without renewal a bot no longer has its queue, in milliseconds. */
const LIFE_MS = 5000;

/** How often it is looked whether a reservation is renewed, in milliseconds. */
const LOOK_MS = 100;

const holderSchema = z.object({
	/** Names a bot: after a crash it takes its queue back at once, without waiting for its own old reservation. */
	bot: z.string(),
	/** Names a start of it. */
	run: z.string(),
	/** Its version of Flipside, for its workers. */
	version: z.string().optional(),
});
type Holder = z.infer<typeof holderSchema>;

/** @returns undefined if it cannot be read */
export const readHolder = (text: string): Holder | undefined => holderSchema.safeParse(parseJson(text)).data;

export interface ReservationOptions {
	readonly redis: Redis;
	readonly keys: Pick<Keys, 'bot'>;
	/** The QUEUE_NAME. */
	readonly queue: string;
	/** Names the bot that wants it. */
	readonly bot: string;
	/** Its version. */
	readonly version: string;
	/** Called when somebody else may have had the queue before; if that fails, again with the next renewal. */
	readonly takeOver: () => Promise<void>;
}

export interface Reservation {
	/**
	 * Takes the queue, or keeps it; call it every second.
	 *
	 * @throws {BrokerError} when another one has it
	 */
	renew(): Promise<void>;
	/** Lets another bot take it. */
	release(): Promise<void>;
}

/**
 * Waits for a reservation that nobody renews to expire.
 *
 * @throws {BrokerError} when another bot has the queue
 */
export async function assertFree({
	redis,
	keys,
	queue,
	bot,
}: Omit<ReservationOptions, 'takeOver' | 'version'>): Promise<void> {
	const end = performance.now() + LIFE_MS;
	let last = Number.POSITIVE_INFINITY;
	for (;;) {
		const { holder, isFree } = await holderOf(redis, keys);
		const left = await redis.pttl(keys.bot);
		if (isFree || holder?.bot === bot) return;
		if (left > last || performance.now() > end) throw taken(queue);
		last = left;
		await sleep(LOOK_MS);
	}
}

export function createReservation({ redis, keys, queue, bot, version, takeOver }: ReservationOptions): Reservation {
	const me: Holder = { bot, run: randomUUID(), version };
	const value = JSON.stringify(me);
	let hadOnce = false;
	let isTakenOver = false;
	/** Another start of the same bot has the queue: it must not be taken back. */
	let isSuperseded = false;

	return {
		async renew() {
			const { text, holder, isFree } = await holderOf(redis, keys);
			if (holder?.run === me.run) {
				await redis.pexpire(keys.bot, LIFE_MS);
			} else {
				isSuperseded = !isFree && (isSuperseded || (hadOnce && holder?.bot === me.bot));
				const mayTake = isFree || (holder?.bot === bot && !isSuperseded);
				if (!mayTake || !(await replace(text))) {
					isTakenOver = false;
					throw taken(queue);
				}
				hadOnce = true;
			}
			if (!isTakenOver) await takeOver();
			isTakenOver = true;
		},

		async release() {
			if ((await holderOf(redis, keys)).holder?.run === me.run) await redis.del(keys.bot);
		},
	};

	/** @returns false if somebody else was faster */
	async function replace(text: string): Promise<boolean> {
		return (await redis.eval(REPLACE, 1, keys.bot, text, value, LIFE_MS)) === 1;
	}
}

/** Sets a key if its value is still what it was, '' for none. */
const REPLACE = `
if (redis.call('get', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** @returns the value as it is, and what it says, if it can be read */
async function holderOf(redis: Redis, keys: Pick<Keys, 'bot'>) {
	const text = (await redis.get(keys.bot)) ?? '';
	return { text, holder: readHolder(text), isFree: text === '' };
}

function taken(queue: string): BrokerError {
	const message = `Another bot uses the queue "${queue}"; stop it, or set QUEUE_NAME to another name for one of them.`;
	return new BrokerError(message, { isFinal: true });
}
