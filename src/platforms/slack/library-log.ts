/** Forwards the logs of Slack's libraries to ours, without the prompts, tokens and addresses that they contain. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../base/log.ts';

/**
 * Their `debug` and `info` logs contain whole messages and are dropped. Errors of requests reach us as exceptions, so only the
 * first words of their log lines are kept.
 *
 * @param errors the level for their errors; those of a socket are reported nowhere else
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

/** The text before the first address or quotation. */
const firstWords = ([first]: readonly unknown[]) => (/^[\w .,'!-]*/.exec(String(first)) ?? [''])[0];
