/** What Slack's libraries log, in our log: without the prompts, tokens and addresses that they put into theirs. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../failures.ts';

/** Their `debug` and `info` hold whole messages, and the errors of requests reach us as errors: only the fact is kept. */
export function createLibraryLog(log: Log): Logger {
	const keep = (...words: unknown[]) =>
		log.debug({ from: 'slack', message: firstWords(words) }, 'the Slack client says');
	return {
		error: keep,
		warn: keep,
		info() {},
		debug() {},
		setLevel() {},
		setName() {},
		getLevel: () => LogLevel.WARN,
	};
}

/** What stands before the first address or quotation. */
const firstWords = ([first]: readonly unknown[]) => (/^[\w .,'!-]*/.exec(String(first)) ?? [''])[0];
