/** The log: JSON lines on stderr, so that stdout stays free for answers. Prompts are logged only at level debug. */
import { destination, pino } from 'pino';
import type { Config } from './config.ts';
import type { Log } from './failures.ts';

/** Keys whose values never reach the log, wherever they stand. */
const SECRETS = ['token', '*.token', 'headers.authorization', '*.headers.authorization'];

export function createLog(level: Config['logLevel']): Log {
	const serializers = { error: pino.stdSerializers.err };
	return pino({ level, base: undefined, redact: SECRETS, serializers }, destination({ dest: 2, sync: true }));
}
