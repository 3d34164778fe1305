/** What `doctor` wants to know of a broker. */
import { connectOnce } from './connection.ts';

export interface BrokerFacts {
	/** "Redis 7.0.15", "Valkey 8.1.0" */
	readonly name: string;
	/** Whether it is new enough. */
	readonly isSupported: boolean;
	/** What it does when its memory is full: its maxmemory-policy. */
	readonly whenFull: string;
	/** Whether it writes what it has to an append-only file. */
	readonly isLasting: boolean;
}

/** The oldest Redis that BullMQ recommends; every Valkey is younger. */
const OLDEST = [6, 2] as const;

/** @throws {BrokerError} when it cannot be asked */
export async function examineBroker(url: string): Promise<BrokerFacts> {
	const redis = await connectOnce(url);
	try {
		return factsOf(await redis.info());
	} finally {
		redis.disconnect();
	}
}

/** @param info the broker's answer to INFO */
export function factsOf(info: string): BrokerFacts {
	const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
	const valkey = value('valkey_version');
	const [major, minor] = value('redis_version').split('.').map(Number);
	return {
		name: valkey ? `Valkey ${valkey}` : `Redis ${value('redis_version')}`,
		isSupported: valkey !== '' || major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]),
		whenFull: value('maxmemory_policy'),
		isLasting: value('aof_enabled') === '1',
	};
}
