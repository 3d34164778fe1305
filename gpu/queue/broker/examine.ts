/** What `doctor` wants to know of a broker. */
import { connectOnce } from './connection.ts';

export interface BrokerFacts {
	/** "Redis 7.0.15", "Valkey 8.1.0" */
	readonly name: string;
	/** Whether it is new enough. */
	readonly isSupported: boolean;
	/** What it does when its memory is full: its maxmemory-policy. */
	readonly whenFull: string;
	/** How much of its maxmemory is in use, in bytes; absent: it has no limit. */
	readonly memory?: { readonly used: number; readonly max: number };
	/** Whether it copies another one, and takes nothing itself. */
	readonly isReplica: boolean;
	/** Whether it failed when it last wrote what it has to its disk. */
	readonly isUnsaved: boolean;
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
	const bytes = (name: string) => Number(value(name));
	const max = bytes('maxmemory');
	const [major, minor] = value('redis_version').split('.').map(Number);
	return {
		name: valkey ? `Valkey ${valkey}` : `Redis ${value('redis_version')}`,
		isSupported: valkey !== '' || major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]),
		whenFull: value('maxmemory_policy'),
		// What it does not hold against its limit are buffers of its own.
		...(max > 0 && { memory: { used: bytes('used_memory') - bytes('mem_not_counted_for_evict'), max } }),
		isReplica: value('role') === 'slave',
		isUnsaved: ['aof_last_write_status', 'rdb_last_bgsave_status'].some((name) => value(name) === 'err'),
		isLasting: value('aof_enabled') === '1',
	};
}
