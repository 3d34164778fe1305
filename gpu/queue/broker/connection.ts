/** Connections to the broker: the Redis or Valkey server between a bot and its remote workers. */
import { Redis, ReplyError } from 'ioredis';

/** The broker cannot be used. The message is one sentence, without the broker's address, which is a secret. */
export class BrokerError extends Error {
	override name = 'BrokerError';
	/** Trying again does not help: somebody has to change something first. */
	readonly isFinal: boolean;
	/** It takes in nothing new for now, such as the news that a job is still being run. */
	readonly refusesWrites: boolean;

	constructor(
		message: string,
		how: { readonly isFinal: boolean; readonly refusesWrites?: boolean; readonly cause?: unknown },
	) {
		super(message, { cause: how.cause });
		this.isFinal = how.isFinal;
		this.refusesWrites = how.refusesWrites ?? false;
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
	keepToDatabase(connection);
	connection.on('error', () => {}); // without a listener it would be printed; who is cut off says so (Link)
	return connection;
}

/**
 * Keeps a connection, and those that BullMQ opens like it, from going on in database 0 when the one in its address is refused: it
 * does not come about then, as with a wrong password.
 */
function keepToDatabase(connection: Redis): void {
	let last: unknown;
	connection.on('error', (error: Error & { readonly command?: { readonly name: string } }) => {
		if (error === last || error.command?.name !== 'select') return;
		last = error;
		throw error; // ends the attempt to connect, which then tells all listeners why
	});
	const { duplicate } = connection;
	connection.duplicate = (options) => {
		const other = duplicate.call(connection, options);
		keepToDatabase(other);
		return other;
	};
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
	keepToDatabase(connection);
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

const unreachable = (why: string) => `The broker cannot be reached (${why}); check that it runs, and QUEUE_URL.`;

/** What is said of a broker as long as nothing more is known. */
export const CONNECTION_LOST = unreachable('connection lost');

/** What went wrong, in one sentence for the log, whoever is to blame. */
export function explained(error: unknown): BrokerError {
	const here = `Something went wrong here: ${String(error).split('\n')[0]}.`;
	return brokerError(error) ?? new BrokerError(here, { isFinal: false, cause: error });
}

/** What went wrong on the way to the broker or at it, in one sentence; undefined if it was something else. */
export function brokerError(error: unknown): BrokerError | undefined {
	if (error instanceof BrokerError) return error;
	const final = (text: string) => new BrokerError(text, { isFinal: true, cause: error });
	const passing = (text: string) => new BrokerError(text, { isFinal: false, cause: error });
	const closed = (text: string) => new BrokerError(text, { isFinal: false, refusesWrites: true, cause: error });
	const {
		message = '',
		code,
		previousErrors,
	} = (error ?? {}) as {
		readonly message?: string;
		readonly code?: string;
		/** Why a transaction was given up. */
		readonly previousErrors?: readonly unknown[];
	};
	if (previousErrors?.length) return brokerError(previousErrors[0]);
	if (UNREACHABLE.test(code ?? '') || CUT_OFF.test(message)) {
		return passing(code ? unreachable(code) : CONNECTION_LOST);
	}
	if (!(error instanceof ReplyError)) return undefined;
	if (/^(WRONGPASS|ERR invalid password)/.test(message)) {
		return final('The broker refuses the password in QUEUE_URL; correct it there.');
	}
	if (message.startsWith('NOAUTH')) {
		return final('The broker wants a password; put it into QUEUE_URL, as redis://:PASSWORD@HOST:6379.');
	}
	if (/called without any password/.test(message)) {
		return final('QUEUE_URL has a password, but the broker has none; set one there with requirepass.');
	}
	if (/DB index is out of range/.test(message)) {
		return final(
			'The broker has no database with the number in QUEUE_URL; correct it there, or raise its setting databases.',
		);
	}
	if (message.startsWith('NOPERM')) {
		return final("The broker does not let QUEUE_URL's user do this; give that user all commands, keys and channels.");
	}
	if (hasCode('OOM', message)) return closed('The broker is out of memory; raise its maxmemory.');
	const unwritable = ['READONLY', 'MISCONF', 'LOADING', 'MASTERDOWN'].find((name) => hasCode(name, message));
	if (unwritable) return closed(`The broker cannot be written to (${unwritable}); its log says why.`);
	return passing(`The broker refused a command (${message.split('\n')[0]}).`);
}

/** The codes of errors that only a network has, or a certificate. */
const UNREACHABLE =
	/^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_[A-Z]+|E(?:HOST|NET)(?:UNREACH|DOWN)|EADDRNOTAVAIL|EPROTO|ERR_(?:TLS|SSL)_[A-Z_]+|[A-Z_]*CERT[A-Z_]*)$/;

/** How ioredis says that a connection is lost: without a code. */
const CUT_OFF = /^(?:Connection is closed|Socket timeout|Command timed out|connect ETIMEDOUT|Stream isn't writeable)/;

/** A broker's error begins with its code, except, before Redis 7, in a script. */
const hasCode = (code: string, message: string) => new RegExp(`(?:^|: -)${code} `).test(message);
