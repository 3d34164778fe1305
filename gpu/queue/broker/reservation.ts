/** One bot for each queue: two would take each other's workers away. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { BrokerError } from './connection.ts';
import type { Keys } from './keys.ts';

/** After how long without renewal a bot no longer has its queue, in milliseconds. */
const LIFE_MS = 5000;

/** How often it is looked whether a reservation is renewed, in milliseconds. */
const LOOK_MS = 100;

const holderSchema = z.object({
	/** Names a bot: after a crash it takes its queue back at once, without waiting for its own old reservation. */
	bot: z.string(),
	/** A command line makes way for a bot. */
	role: z.enum(['bot', 'command line']),
	/** Names a start of it. */
	run: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** Who wants a queue. */
export type Applicant = Pick<Holder, 'bot' | 'role'>;

export interface ReservationOptions {
	readonly redis: Redis;
	readonly keys: Pick<Keys, 'bot'>;
	/** The QUEUE_NAME. */
	readonly queue: string;
	readonly own: Applicant;
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
	own,
}: Pick<ReservationOptions, 'redis' | 'keys' | 'queue' | 'own'>): Promise<void> {
	const end = performance.now() + LIFE_MS;
	let last = Number.POSITIVE_INFINITY;
	for (;;) {
		const { holder, isFree } = await holderOf(redis, keys);
		const left = await redis.pttl(keys.bot);
		if (isFree || (holder && mayReplace(own, holder))) return;
		if (left > last || performance.now() > end) throw taken(queue, own, holder);
		last = left;
		await sleep(LOOK_MS);
	}
}

export function createReservation({ redis, keys, queue, own, takeOver }: ReservationOptions): Reservation {
	const me: Holder = { ...own, run: randomUUID() };
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
				const mayTake = isFree || (holder && !isSuperseded && mayReplace(own, holder));
				if (!mayTake || !(await replace(text))) {
					isTakenOver = false;
					throw taken(queue, own, holder);
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

const mayReplace = (own: Applicant, { bot, role }: Holder) =>
	bot === own.bot || (own.role === 'bot' && role === 'command line');

/** @returns the value as it is, and what it says, if it can be read */
async function holderOf(redis: Redis, keys: Pick<Keys, 'bot'>) {
	const text = (await redis.get(keys.bot)) ?? '';
	return { text, holder: readHolder(text), isFree: text === '' };
}

function readHolder(text: string): Holder | undefined {
	try {
		return holderSchema.parse(JSON.parse(text));
	} catch {
		return undefined;
	}
}

function taken(queue: string, own: Applicant, holder: Holder | undefined): BrokerError {
	const isFinal = true;
	if (own.role === 'bot') {
		const message = `Another bot uses the queue "${queue}"; stop it, or set QUEUE_NAME to another name for one of them.`;
		return new BrokerError(message, { isFinal });
	}
	const [who, advice] =
		holder?.role === 'command line'
			? ['Another command line', 'try again when it has ended']
			: ['A bot', 'run this where that bot runs, with its DATA_DIR, or stop the bot'];
	return new BrokerError(`${who} uses the queue "${queue}"; ${advice}.`, { isFinal });
}
