/** Connections to the broker: the Redis or Valkey server between a bot and its remote workers. */
import { Redis } from 'ioredis';

/** The broker cannot be used. The message is one sentence, without the broker's address, which is a secret. */
export class BrokerError extends Error {
	override name = 'BrokerError';
	/** Trying again does not help: somebody has to change something first. */
	readonly isFinal: boolean;

	constructor(message: string, { isFinal, cause }: { readonly isFinal: boolean; readonly cause?: unknown }) {
		super(message, { cause });
		this.isFinal = isFinal;
	}
}

/** How long one attempt to connect may take, and the longest pause between two, in milliseconds. */
const CONNECT_MS = 5000;
const PAUSE_MS = 1000;

/** A broker that leaves a command unanswered for this long is gone, whatever TCP says; blocking commands take 5 seconds. */
const SILENCE_MS = 10_000;

/** A connection that comes back by itself; commands wait until it does. */
export function openConnection(url: string): Redis {
	const connection = new Redis(url, {
		maxRetriesPerRequest: null,
		connectTimeout: CONNECT_MS,
		socketTimeout: SILENCE_MS,
		retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, PAUSE_MS),
	});
	connection.on('error', () => {}); // without a listener it would be printed; who is cut off says so (Link)
	return connection;
}

/**
 * Opens a connection, once.
 *
 * @throws {BrokerError} that says why it does not open
 */
export async function connectOnce(url: string): Promise<Redis> {
	const connection = new Redis(url, {
		lazyConnect: true,
		connectTimeout: CONNECT_MS,
		socketTimeout: SILENCE_MS,
		retryStrategy: () => null,
	});
	let first: unknown;
	connection.on('error', (error) => {
		first ??= error; // connect itself rejects with "Connection is closed."
	});
	try {
		await connection.connect();
		await connection.ping();
		return connection;
	} catch (error) {
		connection.disconnect();
		throw explained(first ?? error);
	}
}

/** What went wrong with the broker, in one sentence. */
export function explained(error: unknown): BrokerError {
	if (error instanceof BrokerError) return error;
	const { message = '' } = error as { message?: string };
	const code = String((error as { code?: unknown }).code ?? '');
	const final = (text: string) => new BrokerError(text, { isFinal: true, cause: error });
	const passing = (text: string) => new BrokerError(text, { isFinal: false, cause: error });
	if (/^(WRONGPASS|ERR invalid password)/.test(message)) {
		return final('The broker refuses the password in QUEUE_URL; correct it there.');
	}
	if (message.startsWith('NOAUTH')) {
		return final('The broker wants a password; put it into QUEUE_URL, as redis://:PASSWORD@HOST:6379.');
	}
	if (/called without any password/.test(message)) {
		return final('QUEUE_URL has a password, but the broker has none; set one there with requirepass.');
	}
	if (message.startsWith('NOPERM')) {
		return final("The broker does not let QUEUE_URL's user do this; give that user all commands, keys and channels.");
	}
	if (message.startsWith('OOM')) return passing('The broker is out of memory; raise its maxmemory.');
	if (/^(READONLY|MISCONF|LOADING|MASTERDOWN)/.test(message)) {
		return passing(`The broker cannot be written to (${message.split(' ')[0]}); its log says why.`);
	}
	if (/^(?:E[A-Z_]+|[A-Z_]*CERT[A-Z_]*)$/.test(code) || /connection|timeout/i.test(message)) {
		return passing(`The broker cannot be reached (${code || 'connection lost'}); check that it runs, and QUEUE_URL.`);
	}
	return passing(`The broker refused a command (${message.split('\n')[0]}).`);
}
