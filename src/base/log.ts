/**
 * The log: JSON lines on stderr, so that stdout stays free for answers. Control characters are escaped. Prompts are logged only
 * at level debug.
 */
import { createRequire } from 'node:module';
import type { DestinationStream } from 'pino';
import type { Config } from './config.ts';
import { escapedIn } from './printable.ts';
import { createRedactor } from './redact.ts';

/** The part of a pino logger that the bot uses. */
export interface Log {
	error(details: object, message: string): void;
	warn(details: object, message: string): void;
	info(details: object, message: string): void;
	debug(details: object, message: string): void;
}

/** What the operator must see, where nobody else shows it. */
export const warningTo = (log: Log) => (sentence: string) => log.warn({}, sentence);

/** Keys whose values never reach the log: secrets, and people's requests, which errors of the client libraries contain. */
const SECRETS = ['token', '*.token', 'headers.authorization', '*.headers.authorization', 'error.requestBody'];

const require = createRequire(import.meta.url);

/** @param stream default: stderr, written synchronously, so that a process's last lines are not lost */
export function createLog(
	{ logLevel, secrets }: Pick<Config, 'logLevel' | 'secrets'>,
	stream?: DestinationStream,
): Log {
	// Loaded when it is used: the command line prints what went wrong itself.
	const { destination, pino } = require('pino') as typeof import('pino');
	const serializers = { error: pino.stdSerializers.err };
	// Redacted by key and also by value: library errors contain requests, and requests contain tokens.
	const redact = createRedactor(secrets);
	const hooks = { streamWrite: (line: string) => escapedIn(redact(line)) };
	return pino(
		{ level: logLevel, base: undefined, redact: SECRETS, serializers, hooks },
		stream ?? destination({ dest: 2, sync: true }),
	);
}
