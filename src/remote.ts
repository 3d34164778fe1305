/** The bot's way to its remote workers. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { BrokerExecutor } from '../gpu/queue/broker/broker-executor.ts';
import { blobDirectory, createLocalBlobStore } from '../gpu/queue/local-blobs.ts';
import { buildOf } from './base/build.ts';
import { type BrokerAddress, type Config, ConfigError } from './base/config.ts';
import type { Log } from './base/log.ts';
import { isLoopback } from './base/loopback.ts';

export const NO_PASSWORD =
	'The broker in QUEUE_URL has no password: whoever reaches it can read what people ask for and run jobs; set one with requirepass.';

/** Whether others could use the broker, judging by its address. */
export function isOpenBroker({ url }: Pick<BrokerAddress, 'url'>): boolean {
	const { hostname: host, password } = new URL(url);
	return password === '' && !isLoopback(host);
}

export interface RemoteOptions {
	readonly log: Log;
	/** Receives sentences that the operator must see. */
	readonly warn: (sentence: string) => void;
}

/** @throws {ConfigError} when the broker refuses this bot */
export async function startRemoteExecutor(
	{ dataDir, concurrency }: Pick<Config, 'dataDir' | 'concurrency'>,
	broker: BrokerAddress,
	{ log, warn }: RemoteOptions,
): Promise<BrokerExecutor> {
	if (isOpenBroker(broker)) warn(NO_PASSWORD);
	const { openBroker } = await import('../gpu/queue/broker/open.ts');
	return explaining(() =>
		openBroker({
			...broker,
			bot: nameOf(dataDir),
			version: buildOf(),
			slots: concurrency,
			dataDir,
			blobs: createLocalBlobStore(blobDirectory(dataDir)),
			log: (line, severity, about) => log[severity]({ from: 'broker', ...about }, line),
		}),
	);
}

/** Runs `open`, whose complaints about the broker are about the configuration. @throws {ConfigError} */
export async function explaining<T>(open: () => Promise<T>): Promise<T> {
	try {
		return await open();
	} catch (error) {
		// By its name, since its class would bring the broker's client along.
		if (error instanceof Error && error.name === 'BrokerError') throw new ConfigError(error.message);
		throw error;
	}
}

/** The same at every start: one data directory has one bot. */
const nameOf = (dataDir: string) => createHash('sha256').update(`${hostname()} ${dataDir}`).digest('hex');
