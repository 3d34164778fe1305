/** Opens the way to remote workers, or says why there is none. Loaded only where a broker is configured. */
import { type BrokerExecutor, type BrokerExecutorOptions, createBrokerExecutor } from './broker-executor.ts';
import { BrokerError, connectOnce } from './connection.ts';
import { keysOf } from './keys.ts';
import { assertFree } from './reservation.ts';

/**
 * A broker that cannot be reached now may be reached later: then jobs wait, and the log says so.
 *
 * @throws {BrokerError} for what somebody has to change first: a wrong password, another bot with the same QUEUE_NAME
 */
export async function openBroker(options: BrokerExecutorOptions): Promise<BrokerExecutor> {
	const { url, queue, bot } = options;
	await unlessFinal(async () => {
		const redis = await connectOnce(url);
		try {
			await assertFree({ redis, keys: keysOf(queue), queue, bot });
		} finally {
			redis.disconnect();
		}
	});
	return createBrokerExecutor(options);
}

/** Runs `check`, whose passing troubles do not matter. @throws {BrokerError} that is final */
export async function unlessFinal(check: () => Promise<void>): Promise<void> {
	try {
		await check();
	} catch (error) {
		if (!(error instanceof BrokerError) || error.isFinal) throw error;
	}
}
