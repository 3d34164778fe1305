/** The log: JSON lines on stderr, so that stdout stays free for answers. Prompts are logged only at level debug. */
import { type DestinationStream, destination, pino } from 'pino';
import type { Config } from './config.ts';
import type { Log } from './failures.ts';
import { createRedactor } from './redact.ts';

/** Keys whose values never reach the log: secrets, and what people have asked for, which errors of discord.js carry along. */
const SECRETS = ['token', '*.token', 'headers.authorization', '*.headers.authorization', 'error.requestBody'];

/** @param stream absent: stderr, written before the call returns, so that the last words of a process are not lost */
export function createLog(
	{ logLevel, secrets }: Pick<Config, 'logLevel' | 'secrets'>,
	stream: DestinationStream = destination({ dest: 2, sync: true }),
): Log {
	const serializers = { error: pino.stdSerializers.err };
	// By key, and by value too: errors of libraries carry requests, and requests carry tokens.
	const hooks = { streamWrite: createRedactor(secrets) };
	return pino({ level: logLevel, base: undefined, redact: SECRETS, serializers, hooks }, stream);
}
