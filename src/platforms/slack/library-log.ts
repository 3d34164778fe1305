/** What Slack's libraries log, in our log: without the prompts, tokens and addresses that they put into theirs. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../base/log.ts';

/**
 * Their `debug` and `info` hold whole messages, and the errors of requests reach us as errors: only the fact is kept.
 *
 * @param errors how much their errors matter: those of a socket are told nowhere else
 */
export function createLibraryLog(log: Log, errors: 'warn' | 'debug' = 'debug'): Logger {
	const keep =
		(level: 'warn' | 'debug') =>
		(...words: readonly unknown[]) =>
			log[level]({ from: 'slack', message: firstWords(words) }, 'the Slack client says');
	return {
		error: keep(errors),
		warn: keep('debug'),
		info() {},
		debug() {},
		setLevel() {},
		setName() {},
		getLevel: () => LogLevel.WARN,
	};
}

/** What stands before the first address or quotation. */
const firstWords = ([first]: readonly unknown[]) => (/^[\w .,'!-]*/.exec(String(first)) ?? [''])[0];
